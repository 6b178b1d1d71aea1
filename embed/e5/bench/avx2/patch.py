"""Makes a copy of onnxruntime that cannot ask the processor for its features.

Usage: patch.py FOLDER

Copies the installed package to FOLDER/onnxruntime and replaces each CPUID
instruction in the copy's library by UD2, as long, which cpuid.c answers. Which
bytes are instructions is known from objdump: the same two bytes occur
elsewhere. onnxruntime itself has no switch for this.
"""

import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys

CPUID, UD2 = b"\x0f\xa2", b"\x0f\x0b"


def places(library):
    """The places in the file of its CPUID instructions."""
    # "0000000000123456 <symbol+0x12> (File Offset: 0x123456):" heads a symbol,
    # "  123460:	cpuid" is an instruction.
    head = re.compile(r"^([0-9a-f]+) <.*\(File Offset: 0x([0-9a-f]+)\):$")
    listing = subprocess.Popen(
        ["objdump", "--disassemble", "--file-offsets", "--no-show-raw-insn", library],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    shift = 0
    for line in listing.stdout:
        if line.endswith("cpuid\n"):
            yield int(line.split(":")[0], 16) - shift
        elif found := head.match(line):
            address, offset = (int(n, 16) for n in found.groups())
            shift = address - offset
    if listing.wait() != 0:
        sys.exit("patch: objdump failed")


def main():
    folder = pathlib.Path(sys.argv[1])
    package = pathlib.Path(importlib.util.find_spec("onnxruntime").origin).parent
    # Under its name only once it is whole: a copy left half made would measure
    # what it should not, and nobody would know.
    copy = folder / "unfinished"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(package, copy)
    (library,) = copy.glob("capi/onnxruntime_pybind11_state*.so")
    code = bytearray(library.read_bytes())
    count = 0
    for at in places(library):
        if code[at : at + 2] != CPUID:
            sys.exit(f"patch: {library}: no CPUID at {at:#x}, where objdump sees one")
        code[at : at + 2] = UD2
        count += 1
    library.write_bytes(code)
    copy.rename(folder / "onnxruntime")
    print(f"patch: {count} CPUID instructions replaced", file=sys.stderr)


main()
