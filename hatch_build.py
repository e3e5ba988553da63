"""Builds a wheel with the hot modules compiled by mypyc, when asked to:

    HATCH_BUILD_HOOK_ENABLE_CUSTOM=true pip install ./policies .

It needs a C compiler and takes a minute or two. Without the variable the wheels are pure Python; the code is the same.
Both distributions use this file; each names its own modules. It is not in the source distribution of the engine
alone, which is compiled from a checkout.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The modules become one library, and none of its functions is to be replaced from outside: calls within it need
# not go through the table of the dynamic linker (three per cent of a replication).
FLAGS = "-fno-semantic-interposition -fno-plt" if sys.platform == "linux" else ""
HERE = Path(__file__).parent
MYPYC = [sys.executable, "-m", "mypyc", "--config-file=", "--follow-imports=silent", "--ignore-missing-imports"]


class CompileHook(BuildHookInterface[Any]):
    """Compiles the modules that a `pyproject.toml` names, in a copy of its package under `build/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # it would go on with the old code when a file is edited
            return
        modules: list[str] = self.config["modules"]
        suffix: str = sysconfig.get_config_var("EXT_SUFFIX")
        (package,) = map(Path, self.build_config.packages)
        copy = HERE / "build" / "mypyc" / package.name
        shutil.rmtree(copy / package.name, ignore_errors=True)
        shutil.copytree(self.root / package, copy / package.name)
        for stale in copy.glob(f"*{suffix}"):
            stale.unlink()
        flags = f"{FLAGS} {os.environ.get('CFLAGS', '')}".strip()
        # The laboratory is compiled against the types of the engine beside it.
        environment = {**os.environ, "CFLAGS": flags, "MYPYPATH": str(HERE / "policies")}
        done = subprocess.run([*MYPYC, *modules], cwd=copy, env=environment, check=False, stdout=sys.stderr)
        if done.returncode:
            sys.exit("error: the modules could not be compiled, see above")
        for library in (
            *copy.glob(f"*{suffix}"),
            *(copy / f"{module.removesuffix('.py')}{suffix}" for module in modules),
        ):
            build_data["force_include"][str(library)] = library.relative_to(copy).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
