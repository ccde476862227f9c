# Runs a command on a terminal of its own: in-terminal.py [EXPECTED ANSWER]... -- COMMAND...
# Each ANSWER (with escapes such as \r) is typed when EXPECTED has been shown since the last one.
import os, pty, select, sys

separator = sys.argv.index("--")
script = sys.argv[1:separator]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[separator + 1], sys.argv[separator + 1 :])
shown = b""
seen = 0
while True:
    readable, _, _ = select.select([terminal], [], [], 45)
    if not readable:
        os.kill(pid, 9)
        print("NOTHING MORE WAS SHOWN")
        break
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    while script and script[0].encode() in shown[seen:]:
        seen = shown.index(script[0].encode(), seen) + len(script[0])
        os.write(terminal, script[1].encode().decode("unicode_escape").encode("latin-1"))
        script = script[2:]
_, status = os.waitpid(pid, 0)
print(shown.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
