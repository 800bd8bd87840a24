"""What pyproject.toml cannot say: a wheel also carries the folders that stand at the top of the checkout.

`gaoxin.settings.data_folder` finds them: in a checkout (an editable installation too) where they are, in a wheel as
gaoxin/_data. A mapping of packages would do the same, but it turns the editable installation from one line in a .pth file,
which every tool understands, into an import hook.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CARRIED = {"sql": "**/*.sql", "expectations": "**/*.json", "config": "*.py", "plugins": "*.py"}


class BuildWithData(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for folder, pattern in CARRIED.items():
            for file in sorted(Path(folder).glob(pattern)):
                target = Path(self.build_lib, "gaoxin", "_data", file)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)


setup(cmdclass={"build_py": BuildWithData})
