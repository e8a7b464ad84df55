"""What detection gives."""

from dataclasses import dataclass

from ftaction.model.check import Check, Config, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What was found. `because` gives the reason for each check by its name, for a reader."""

    checks: tuple[Check, ...]
    parallel_groups: tuple[tuple[str, ...], ...]
    because: dict[str, str]

    def config(self) -> Config:
        """The configuration that `init_text` writes."""
        return Config(
            verification=Verification(parallel=True, parallel_groups=self.parallel_groups),
            checks={check.name: check for check in self.checks},
        )
