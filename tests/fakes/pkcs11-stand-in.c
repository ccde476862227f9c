/*
 * A PKCS#11 library with one token that does as its settings file says, at each call: the file that the variable
 * STAND_IN_PKCS11_CONF names, or that lies beside as stand-in.conf. Each try of a PIN is written to the file's name with
 * “.tries”, in what it hangs to that with “.hangs”. Its layouts are the standard's: packed, with 4 bytes for CK_ULONG, on Windows, else the compiler's own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#define EXPORT __declspec(dllexport)
#define rest() Sleep(50)
/* The C library's own may ask by a window whether to debug. */
#define crash() TerminateProcess(GetCurrentProcess(), 3)
#pragma pack(push, 1)
#else
#include <unistd.h>
#define EXPORT
#define rest() usleep(50000)
#define crash() abort()
#endif

typedef unsigned long ulong;
typedef unsigned char byte;
typedef struct { byte major, minor; } version;
typedef struct { ulong type; void *value; ulong length; } attribute;
typedef struct { ulong mechanism; void *parameter; ulong length; } mechanism;
typedef struct { void *locks[4]; ulong flags; void *reserved; } initialize_args;
typedef struct {
  byte label[32], maker[32], model[16], serial[16];
  ulong flags, numbers[10];
  version hardware, firmware;
  byte time[16];
} token_info;
typedef struct { version cryptoki; byte maker[32]; ulong flags; byte description[32]; version library; } info;
typedef struct { version cryptoki; void *functions[68]; } function_list;
#ifdef _WIN32
#pragma pack(pop)
#endif

enum {
  OK = 0, ARGUMENTS_BAD = 7, TYPE_INVALID = 0x12, DEVICE_REMOVED = 0x32, CANCELED = 0x50, NOT_SUPPORTED = 0x54, PIN_INCORRECT = 0xa0,
  PIN_LOCKED = 0xa4, NOT_LOGGED_IN = 0x101, TOO_SMALL = 0x150
};

static const byte p256[] = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
/* The curve's own generator, whose private half is 1: a key that everybody knows. */
static const byte point[] = {
  4, 65, 4, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77,
  0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2,
  0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e,
  0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
static const byte order[] = {
  0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
  0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

static const char *settings_path(void) {
  const char *path = getenv("STAND_IN_PKCS11_CONF");
  return path ? path : "stand-in.conf";
}

static int does(const char *what) {
  char text[200] = "";
  FILE *file = fopen(settings_path(), "r");
  if (!file) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  text[length] = 0;
  fclose(file);
  return strstr(text, what) != NULL;
}

/* Into a file beside the settings. */
static void note(const char *ending, const char *mode, const char *text) {
  char name[1024];
  snprintf(name, sizeof name, "%s%s", settings_path(), ending);
  FILE *file = fopen(name, mode);
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

static void misbehave(const char *hangs, const char *crashes) {
  if (does(hangs)) note(".hangs", "w", hangs);
  while (does(hangs)) rest();
  if (does(crashes)) crash();
}

static void fill(byte *to, size_t length, const char *text) {
  memset(to, ' ', length);
  memcpy(to, text, strlen(text));
}

static ulong initialize(initialize_args *args) {
  misbehave("hang-load", "crash-load");
  if (args && (args->flags != 2 || args->reserved || args->locks[0])) return ARGUMENTS_BAD;
  return args && does("no-locks") ? 0xa : OK;
}

static ulong get_info(info *to) {
  memset(to, 0, sizeof *to);
  fill(to->maker, 32, "Stand-in");
  fill(to->description, 32, "A stand-in for PKCS#11");
  return OK;
}

static ulong get_slot_list(byte present, ulong *slots, ulong *count) {
  misbehave("hang-list", "crash-list");
  if (!present) return ARGUMENTS_BAD;
  if (does("no-token")) *count = 0;
  else if (does("lie")) *count = slots ? (ulong)-2 : (ulong)-1;
  else *count = 1;
  if (slots && *count) slots[0] = 7;
  return OK;
}

static ulong get_token_info(ulong slot, token_info *to) {
  if (slot != 7) return ARGUMENTS_BAD;
  memset(to, 0xff, sizeof *to);
  fill(to->label, 32, "stand-in");
  fill(to->maker, 32, "Stand-in maker");
  fill(to->model, 16, "model");
  fill(to->serial, 16, "0123456789");
  to->flags = 0x40cUL | (does("locked") ? 0x40000UL : 0) | (does("final") ? 0x20000UL : 0) |
    (does("reader") ? 0x100UL : 0);
  return OK;
}

static ulong open_session(ulong slot, ulong flags, void *a, void *b, ulong *session) {
  if (slot != 7 || flags != 4 || a || b) return ARGUMENTS_BAD;
  *session = 0x12345678;
  return OK;
}

static int authenticated;

static ulong login(ulong session, ulong user, byte *pin, ulong length) {
  char line[200];
  snprintf(line, sizeof line, "%lu %.*s\n", user, (int)length, pin ? (char *)pin : "");
  note(".tries", "a", line);
  misbehave("hang-login", "crash-login");
  if (session != 0x12345678) return ARGUMENTS_BAD;
  if (does("locked")) return PIN_LOCKED;
  if (does("reader-left")) return CANCELED;
  if (does("reader") ? pin || length : length != 4 || memcmp(pin, "1234", 4)) return PIN_INCORRECT;
  authenticated = user == 2;
  return OK;
}

static ulong logout(ulong session) { return session == 0x12345678 ? OK : ARGUMENTS_BAD; }

static ulong get(attribute *to, const void *value, ulong length) {
  if (to->value && to->length >= length) memcpy(to->value, value, length);
  else if (to->value) return TOO_SMALL;
  to->length = does("lie") ? (ulong)-2 : length;
  return OK;
}

static ulong get_attribute_value(ulong session, ulong object, attribute *attributes, ulong count) {
  ulong result = OK, kind = 3;
  int wants_pin_each_time = object == 2 && does("always");
  if (session != 0x12345678 || object < 1 || object > 2) return ARGUMENTS_BAD;
  for (ulong i = 0; i < count; i++) {
    attribute *to = attributes + i;
    ulong one = OK;
    switch (to->type) {
      case 0x100: one = get(to, &kind, sizeof kind); break;
      case 0x102: one = get(to, "\x01\x02", 2); break;
      case 3: one = get(to, "a key of it", 11); break;
      case 0x180: one = get(to, p256, sizeof p256); break;
      case 0x181: one = get(to, point, sizeof point); break;
      case 0x202:
        if (wants_pin_each_time) {
          one = get(to, "\x01", 1);
          break;
        }
        /* fall through */
      default: to->length = (ulong)-1; one = TYPE_INVALID;
    }
    if (one != OK) result = one;
  }
  return result;
}

static ulong wanted, given;

static ulong find_objects_init(ulong session, attribute *template, ulong count) {
  if (session != 0x12345678 || count < 1 || template[0].type != 0 || template[0].length != sizeof(ulong))
    return ARGUMENTS_BAD;
  wanted = *(ulong *)template[0].value;
  given = 0;
  return OK;
}

static ulong find_objects(ulong session, ulong *objects, ulong max, ulong *count) {
  if (session != 0x12345678 || max < 1) return ARGUMENTS_BAD;
  *count = 0;
  if (!given && (wanted == 2 || wanted == 3)) {
    objects[0] = wanted - 1;
    *count = does("lie") ? (ulong)-3 : 1;
    given = !does("lie");
  }
  return OK;
}

static ulong find_objects_final(ulong session) { return session == 0x12345678 ? OK : ARGUMENTS_BAD; }

static ulong sign_init(ulong session, mechanism *by, ulong key) {
  if (session != 0x12345678 || by->mechanism != 0x1041 || by->parameter || by->length || key != 2) return ARGUMENTS_BAD;
  authenticated = 0;
  return OK;
}

/* ECDSA where the private half is 1, and the nonce, too: r is the generator's own x, s the sum of that and the hash. */
static void sign_by_one(byte *signature, const byte *hash) {
  const byte *r = point + 3;
  byte *s = signature + 32;
  unsigned carry = 0;
  memcpy(signature, r, 32);
  for (int i = 31; i >= 0; i--) {
    carry += r[i] + hash[i];
    s[i] = (byte)carry;
    carry >>= 8;
  }
  while (carry || memcmp(s, order, 32) >= 0) {
    int borrow = 0;
    for (int i = 31; i >= 0; i--) {
      int left = s[i] - order[i] - borrow;
      borrow = left < 0;
      s[i] = (byte)left;
    }
    carry -= (unsigned)borrow;
  }
}

static ulong sign(ulong session, byte *data, ulong length, byte *signature, ulong *signature_length) {
  misbehave("hang-sign", "crash-sign");
  if (does("no-token")) return DEVICE_REMOVED;
  if (session != 0x12345678 || !data || length != 32 || *signature_length < 64) return ARGUMENTS_BAD;
  if (does("always") && !authenticated) return NOT_LOGGED_IN;
  authenticated = 0;
  sign_by_one(signature, data);
  if (does("bad-sign")) signature[63] ^= 1;
  *signature_length = does("lie") ? (ulong)-2 : 64;
  return OK;
}

static ulong wait_for_slot_event(ulong flags, ulong *slot, void *reserved) {
  if (does("no-wait")) return NOT_SUPPORTED;
  if (flags || reserved) return ARGUMENTS_BAD;
  int was = does("no-token");
  while (does("no-token") == was) rest();
  *slot = 7;
  return OK;
}

static function_list list;

EXPORT ulong C_GetFunctionList(function_list **to) {
  list.cryptoki.major = 2;
  list.cryptoki.minor = 40;
  void *functions[68] = {
    [0] = initialize, [2] = get_info, [4] = get_slot_list, [6] = get_token_info, [12] = open_session, [18] = login,
    [19] = logout, [24] = get_attribute_value, [26] = find_objects_init, [27] = find_objects,
    [28] = find_objects_final, [42] = sign_init, [43] = sign, [67] = wait_for_slot_event};
  memcpy(list.functions, functions, sizeof functions);
  *to = &list;
  return OK;
}
