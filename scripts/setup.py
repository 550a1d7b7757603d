"""Fill the environment: hashed requirements, the `grappe` command, the compiled catalogues. Usage: setup.py runtime|dev."""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = """#!{python}
import sys
from grappe.cli import main
sys.exit(main())
"""


def main(which: str) -> None:
    requirements = ROOT / "requirements" / f"{which}.txt"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            requirements,
        ],
        check=True,
    )
    (Path(sysconfig.get_path("purelib")) / "grappe-source.pth").write_text(f"{ROOT / 'src'}\n")
    launcher = Path(sys.executable).parent / "grappe"
    launcher.write_text(LAUNCHER.format(python=sys.executable))
    launcher.chmod(0o755)
    compile_catalogues()


def compile_catalogues() -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in sorted((ROOT / "src/grappe/locale").glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


if __name__ == "__main__":
    main(sys.argv[1])
