# Uses an agent and logs in with paramiko. Prints one JSON object.
# Arguments: the server's port, user, and its host key as in known_hosts; paths of public key files to log in with.
import base64
import json
import sys

import paramiko

port, user, host_key_line, *public_paths = sys.argv[1:]
agent = paramiko.Agent()
keys = agent.get_keys()
by_blob = {base64.b64encode(key.asbytes()).decode(): key for key in keys}


def read_public(type_name, blob):
    if type_name.startswith("ecdsa-"):
        return paramiko.ECDSAKey(data=blob)
    return {"ssh-ed25519": paramiko.Ed25519Key, "ssh-rsa": paramiko.RSAKey}[type_name](data=blob)


def sign(key):
    """The algorithm of the signature, if paramiko's own code verifies it."""
    data = b"text to sign"
    algorithm = "rsa-sha2-512" if key.get_name() == "ssh-rsa" else key.get_name()
    signature = key.sign_ssh_data(data, algorithm)
    verified = read_public(key.get_name(), key.asbytes()).verify_ssh_sig(data, paramiko.Message(signature))
    return paramiko.Message(signature).get_text() if verified else "does not verify"


def log_in(key):
    client = paramiko.SSHClient()
    host_type, host_base64 = host_key_line.split(" ")[:2]
    host_key = read_public(host_type, base64.b64decode(host_base64))
    client.get_host_keys().add(f"[127.0.0.1]:{port}", host_type, host_key)
    client.connect("127.0.0.1", int(port), user, pkey=key, allow_agent=False, look_for_keys=False)
    try:
        _, stdout, _ = client.exec_command('cat "$SSH_USER_AUTH"')
        return stdout.read().decode()
    finally:
        client.close()


def read_base64(path):
    with open(path) as file:
        return file.read().split(" ")[1]


wanted = [by_blob[read_base64(path)] for path in public_paths]
print(
    json.dumps(
        {
            "listed": [key.get_name() + " " + base64.b64encode(key.asbytes()).decode() for key in keys],
            "signatures": [sign(key) for key in wanted],
            "logins": [log_in(key) for key in wanted],
        }
    )
)
agent.close()
