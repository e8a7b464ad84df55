"""The numbers of docs/design.md, "Budgets", in the units of the tables. Only shown beside what was measured, never asserted."""

WARM_MS = 80.0  # whole process, everything replayed, 8 checks over 2,000 files
WARM_AGAINST_NPX_TURBO = 0.25
PLAN_S = 1.5  # 1,000 checks over 100,000 files, warm
OWN_SHARE = 0.03  # of the wall time of a cold run
OWN_MS = 150.0  # and never more than this
MAKESPAN = 1.05  # of max(critical path, work / slots)
MANY_S = 10.0  # 1,000 trivial checks, cold, 2 cores
PEAK_MB = 120.0  # our process
AGAINST_ACTIONS_CACHE = 0.7  # saving and restoring a big dependency folder, on the same server
CHANGE_S = 2.0  # change set, affected packages and plan, 2,000 packages of 100,000 files
BUNDLE_MS = 150.0  # saving and restoring the bundle of 500 checks
TELLING_MS = 150.0  # summary, report.json, page and trace of 500 checks
CHANGED_S = 2.0  # the change set over 100,000 files, together with the packages and the plan
FETCHED_MB = 1.0  # for the base of a depth-1 clone of 10,000 commits
ASKING = 1.15  # wall time of asking, of what the calls and `max_parallel` allow
ASKED = {"one by one": 37, "second phase reusing the first": 12, "second run": 0, "one changed": 3}  # calls for two phases over 10 tests
