// A security key in software behind OpenSSH's interface for middleware (sk-api.h, version 0x000a of its API).
// Its state is in the folder whose path is its own and ".d", so that it is the same in every process that loads it:
//   pin      wanted, where it is there, to verify the person and to read what is kept inside
//   hold     as long as it is there nobody touches the key; "waiting" is there while somebody is to
//   crash    it ends the process that signs
//   counter  of signatures
//   kept-N   credentials that are kept inside
// A key handle is the algorithm, the private half and the hash of the application.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { API_VERSION = 0x000a0000, OLD_API_VERSION = 0x00080000 };
enum { ECDSA_P256 = 0, ED25519 = 1 };
enum { TOUCH = 0x01, VERIFY = 0x04, RESIDENT = 0x20 };
enum { FAILED = -1, UNSUPPORTED = -2, PIN_REQUIRED = -3, NO_DEVICE = -4 };
enum { SECRET_BYTES = 32, HANDLE_BYTES = 1 + SECRET_BYTES + SHA256_DIGEST_LENGTH, MAX_KEPT = 8 };

struct enroll_response {
  uint8_t flags;
  uint8_t *public_key;
  size_t public_key_length;
  uint8_t *key_handle;
  size_t key_handle_length;
  uint8_t *signature;
  size_t signature_length;
  uint8_t *certificate;
  size_t certificate_length;
  uint8_t *authenticator_data;
  size_t authenticator_data_length;
};

struct sign_response {
  uint8_t flags;
  uint32_t counter;
  uint8_t *r;
  size_t r_length;
  uint8_t *s;
  size_t s_length;
};

struct resident_key {
  uint32_t algorithm;
  size_t slot;
  char *application;
  struct enroll_response key;
  uint8_t flags;
  uint8_t *user;
  size_t user_length;
};

struct option {
  char *name;
  char *value;
  uint8_t required;
};

static void place(char *path, size_t length, const char *name) {
  Dl_info info;
  if (!dladdr((void *)place, &info)) abort();
  snprintf(path, length, "%s.d/%s", info.dli_fname, name);
}

static int is_there(const char *name) {
  char path[4096];
  place(path, sizeof path, name);
  return access(path, F_OK) == 0;
}

static FILE *open_state(const char *name, const char *mode) {
  char path[4096];
  place(path, sizeof path, name);
  return fopen(path, mode);
}

static void leave(const char *name) {
  char path[4096];
  place(path, sizeof path, name);
  unlink(path);
}

static uint8_t *copy(const void *bytes, size_t length) {
  uint8_t *made = malloc(length ? length : 1);
  if (!made) abort();
  memcpy(made, bytes, length);
  return made;
}

static int is_right_pin(const char *given) {
  char wanted[64] = "";
  FILE *file = open_state("pin", "r");
  if (!file) return 1;
  if (!fgets(wanted, sizeof wanted, file)) wanted[0] = 0;
  fclose(file);
  return given && strcmp(given, wanted) == 0;
}

static void wait_for_touch(void) {
  if (!is_there("hold")) return;
  FILE *file = open_state("waiting", "w");
  if (file) fclose(file);
  while (is_there("hold")) usleep(10000);
  leave("waiting");
}

static uint32_t next_counter(void) {
  unsigned counter = 0;
  FILE *file = open_state("counter", "r");
  if (file) {
    if (fscanf(file, "%u", &counter) != 1) counter = 0;
    fclose(file);
  }
  file = open_state("counter", "w");
  if (file) {
    fprintf(file, "%u", counter + 1);
    fclose(file);
  }
  return counter + 1;
}

static EC_KEY *p256_key(const uint8_t *secret) {
  EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  BIGNUM *scalar = BN_bin2bn(secret, SECRET_BYTES, NULL);
  const EC_GROUP *group = EC_KEY_get0_group(key);
  EC_POINT *point = EC_POINT_new(group);
  if (!EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) || !EC_KEY_set_private_key(key, scalar) ||
      !EC_KEY_set_public_key(key, point))
    abort();
  EC_POINT_free(point);
  BN_free(scalar);
  return key;
}

static void fill_public_key(struct enroll_response *response, uint32_t algorithm, const uint8_t *secret) {
  uint8_t point[65];
  size_t length = sizeof point;
  if (algorithm == ED25519) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SECRET_BYTES);
    if (!EVP_PKEY_get_raw_public_key(key, point, &length)) abort();
    EVP_PKEY_free(key);
  } else {
    EC_KEY *key = p256_key(secret);
    length = EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key),
                                POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL);
    EC_KEY_free(key);
  }
  response->public_key = copy(point, length);
  response->public_key_length = length;
}

static void fill_key(struct enroll_response *response, uint8_t flags, const uint8_t *handle) {
  response->flags = flags;
  fill_public_key(response, handle[0], handle + 1);
  response->key_handle = copy(handle, HANDLE_BYTES);
  response->key_handle_length = HANDLE_BYTES;
  // There is no attestation to speak of.
  response->signature = copy("none", 4);
  response->signature_length = 4;
  response->authenticator_data = copy("none", 4);
  response->authenticator_data_length = 4;
}

static void keep_inside(const char *application, uint8_t flags, const uint8_t *handle) {
  char name[16];
  for (int slot = 0; slot < MAX_KEPT; slot++) {
    snprintf(name, sizeof name, "kept-%d", slot);
    if (is_there(name)) continue;
    FILE *file = open_state(name, "w");
    if (!file) return;
    fwrite(&flags, 1, 1, file);
    fwrite(handle, 1, HANDLE_BYTES, file);
    fputs(application, file);
    fclose(file);
    return;
  }
}

uint32_t sk_api_version(void) { return is_there("old-api") ? OLD_API_VERSION : API_VERSION; }

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_length, const char *application,
              uint8_t flags, const char *pin, struct option **options, struct enroll_response **response) {
  (void)challenge;
  *response = NULL;
  if (algorithm != ED25519 && algorithm != ECDSA_P256) return UNSUPPORTED;
  if (challenge_length == 0) return FAILED;
  for (; options && *options; options++)
    if ((*options)->required && strcmp((*options)->name, "user") != 0) return UNSUPPORTED;
  if (is_there("gone")) return NO_DEVICE;
  if ((flags & (VERIFY | RESIDENT)) && !is_right_pin(pin)) return PIN_REQUIRED;
  wait_for_touch();
  uint8_t handle[HANDLE_BYTES];
  handle[0] = (uint8_t)algorithm;
  if (RAND_bytes(handle + 1, SECRET_BYTES) != 1) return FAILED;
  // Below the order of P-256 for sure.
  handle[1] &= 0x7f;
  SHA256((const uint8_t *)application, strlen(application), handle + 1 + SECRET_BYTES);
  *response = calloc(1, sizeof **response);
  fill_key(*response, flags, handle);
  if (flags & RESIDENT) keep_inside(application, flags, handle);
  return 0;
}

static int sign_ed25519(struct sign_response *response, const uint8_t *secret, const uint8_t *data, size_t length) {
  uint8_t signature[64];
  size_t signature_length = sizeof signature;
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SECRET_BYTES);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int done = EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
             EVP_DigestSign(context, signature, &signature_length, data, length) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  if (!done) return FAILED;
  response->r = copy(signature, signature_length);
  response->r_length = signature_length;
  return 0;
}

static uint8_t *number(const BIGNUM *value, size_t *length) {
  uint8_t bytes[SECRET_BYTES];
  *length = (size_t)BN_bn2bin(value, bytes);
  return copy(bytes, *length);
}

static int sign_p256(struct sign_response *response, const uint8_t *secret, const uint8_t *data, size_t length) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(data, length, digest);
  EC_KEY *key = p256_key(secret);
  ECDSA_SIG *signature = ECDSA_do_sign(digest, sizeof digest, key);
  EC_KEY_free(key);
  if (!signature) return FAILED;
  // Without leading zeros, as numbers are: whoever needs 32 bytes pads them.
  response->r = number(ECDSA_SIG_get0_r(signature), &response->r_length);
  response->s = number(ECDSA_SIG_get0_s(signature), &response->s_length);
  ECDSA_SIG_free(signature);
  return 0;
}

int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_length, const char *application,
            const uint8_t *key_handle, size_t key_handle_length, uint8_t flags, const char *pin,
            struct option **options, struct sign_response **response) {
  (void)options;
  *response = NULL;
  if (is_there("crash")) abort();
  if (is_there("gone")) return NO_DEVICE;
  uint8_t signed_bytes[SHA256_DIGEST_LENGTH + 1 + 4 + SHA256_DIGEST_LENGTH];
  SHA256((const uint8_t *)application, strlen(application), signed_bytes);
  if (key_handle_length != HANDLE_BYTES || key_handle[0] != algorithm ||
      memcmp(key_handle + 1 + SECRET_BYTES, signed_bytes, SHA256_DIGEST_LENGTH) != 0)
    return NO_DEVICE;
  if ((flags & VERIFY) && !is_right_pin(pin)) return PIN_REQUIRED;
  if (flags & TOUCH) wait_for_touch();
  struct sign_response *made = calloc(1, sizeof *made);
  made->flags = flags & (TOUCH | VERIFY);
  made->counter = next_counter();
  uint8_t *next = signed_bytes + SHA256_DIGEST_LENGTH;
  *next++ = made->flags;
  for (int shift = 24; shift >= 0; shift -= 8) *next++ = (uint8_t)(made->counter >> shift);
  SHA256(data, data_length, next);
  int result = (algorithm == ED25519 ? sign_ed25519 : sign_p256)(made, key_handle + 1, signed_bytes, sizeof signed_bytes);
  if (result == 0) *response = made;
  else free(made);
  return result;
}

int sk_load_resident_keys(const char *pin, struct option **options, struct resident_key ***keys, size_t *count) {
  (void)options;
  *keys = NULL;
  *count = 0;
  if (is_there("gone")) return NO_DEVICE;
  if (!is_right_pin(pin)) return PIN_REQUIRED;
  struct resident_key **found = calloc(MAX_KEPT, sizeof *found);
  for (int slot = 0; slot < MAX_KEPT; slot++) {
    char name[16];
    uint8_t head[1 + HANDLE_BYTES];
    char application[1025] = "";
    snprintf(name, sizeof name, "kept-%d", slot);
    FILE *file = open_state(name, "r");
    if (!file) continue;
    int is_whole = fread(head, 1, sizeof head, file) == sizeof head && fgets(application, sizeof application, file);
    fclose(file);
    if (!is_whole) continue;
    struct resident_key *key = calloc(1, sizeof *key);
    key->algorithm = head[1];
    key->slot = (size_t)slot;
    key->application = strdup(application);
    key->flags = head[0];
    // OpenSSH has 32 bytes of zeros for a user of no name.
    key->user = calloc(1, 32);
    key->user_length = 32;
    fill_key(&key->key, head[0], head + 1);
    found[(*count)++] = key;
  }
  *keys = found;
  return 0;
}
