"""DO: carries the plan out. The scheduler, mutating checks, memory over a store, what is published."""
