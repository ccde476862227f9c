/* Put before ssh2's pagent.c: its mapping names this user as the owner, as PuTTY's own clients do. Without
 * that, Windows names the default owner; Wine 8 names none, and an agent that checks must refuse it. */
#include <windows.h>

static HANDLE create_mapping_of_user(HANDLE file, SECURITY_ATTRIBUTES *unused, DWORD protection, DWORD high,
                                     DWORD low, const char *name) {
    unsigned char user[256];
    DWORD size = sizeof user;
    HANDLE token;
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    (void)unused;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, user, size, &size);
    CloseHandle(token);
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorOwner(&descriptor, ((TOKEN_USER *)user)->User.Sid, FALSE);
    return CreateFileMappingA(file, &attributes, protection, high, low, name);
}

#undef CreateFileMapping
#define CreateFileMapping create_mapping_of_user
