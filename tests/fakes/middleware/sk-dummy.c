/* Middleware for security keys (OpenSSH's sk-api.h) without any: keys are derived from their handles, and files in the
 * folder SK_DUMMY_FIDO say what the person and the hardware do. Made without OpenSSH's header: its layouts are written
 * down here a second time, by the version that SK_VERSION names. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ecdsa.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SK_VERSION
#define SK_VERSION 10
#endif

struct sk_enroll_response {
#if SK_VERSION >= 9
    uint8_t flags;
#endif
    uint8_t *public_key; size_t public_key_len;
    uint8_t *key_handle; size_t key_handle_len;
    uint8_t *signature; size_t signature_len;
    uint8_t *attestation_cert; size_t attestation_cert_len;
    uint8_t *authdata; size_t authdata_len;
};

struct sk_sign_response {
    uint8_t flags;
    uint32_t counter;
    uint8_t *sig_r; size_t sig_r_len;
    uint8_t *sig_s; size_t sig_s_len;
};

struct sk_resident_key {
    uint32_t alg;
    size_t slot;
    char *application;
    struct sk_enroll_response key;
    uint8_t flags;
#if SK_VERSION >= 8
    uint8_t *user_id; size_t user_id_len;
#endif
};

struct sk_option { char *name; char *value; uint8_t required; };

enum { TOUCH = 1, VERIFY = 4, RESIDENT = 0x20 };
enum { GENERAL = -1, UNSUPPORTED = -2, PIN_REQUIRED = -3, NO_DEVICE = -4, EXISTS = -5 };
enum { ECDSA = 0, ED25519 = 1, HANDLE_BYTES = 64 };

static FILE *file(const char *name, const char *mode)
{
    char path[4096];
    const char *folder = getenv("SK_DUMMY_FIDO");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "/nonexistent", name);
    return fopen(path, mode);
}

static int there(const char *name)
{
    FILE *in = file(name, "r");
    if (in == NULL) return 0;
    fclose(in);
    return 1;
}

static void note(const char *name, const char *line)
{
    FILE *out = file(name, "a");
    if (out == NULL) return;
    fprintf(out, "%s\n", line);
    fclose(out);
}

/* The PIN is in the file "pin"; without one none is wanted. */
static int wrong_pin(const char *pin)
{
    char wanted[64] = "";
    FILE *in = file("pin", "r");
    if (in == NULL) return 0;
    if (fgets(wanted, sizeof wanted, in) == NULL) wanted[0] = 0;
    fclose(in);
    return pin == NULL || strcmp(pin, wanted) != 0;
}

/* What is to go wrong here, and the person who touches it: while "untouched" is there they don't. */
static int misbehave(void)
{
    if (there("crash")) abort();
    if (there("hang")) for (;;) sleep(1);
    if (there("no-device")) return NO_DEVICE;
    if (there("general")) return GENERAL;
    note("waiting", "touch");
    while (there("untouched")) usleep(10000);
    return 0;
}

static void *bytes(const void *from, size_t length)
{
    void *made = malloc(length ? length : 1);
    memcpy(made, from, length);
    return made;
}

static void derive(const uint8_t *handle, size_t length, const char *application, uint8_t out[32])
{
    uint8_t whole[512];
    size_t used = length < 256 ? length : 256;
    memcpy(whole, handle, used);
    snprintf((char *)whole + used, sizeof whole - used, "%s", application);
    SHA256(whole, used + strlen((char *)whole + used), out);
}

/* The key of a handle; its public half goes to `point`. */
static EVP_PKEY *key_of(uint32_t alg, const uint8_t *handle, size_t length, const char *application,
                        uint8_t point[65], size_t *point_length)
{
    uint8_t seed[32];
    EVP_PKEY *key = NULL;
    derive(handle, length, application, seed);
    if (alg == ED25519) {
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
        *point_length = 32;
        EVP_PKEY_get_raw_public_key(key, point, point_length);
        return key;
    }
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *public = EC_POINT_new(group);
    BIGNUM *private = BN_bin2bn(seed, 32, NULL);
    BN_mod(private, private, EC_GROUP_get0_order(group), BN_CTX_new());
    EC_POINT_mul(group, public, private, NULL, NULL, NULL);
    *point_length = EC_POINT_point2oct(group, public, POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, private);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, *point_length);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, OSSL_PARAM_BLD_to_param(build));
    return key;
}

static void fill(struct sk_enroll_response *made, uint32_t alg, const uint8_t *handle, size_t length,
                 const char *application, uint8_t flags)
{
    uint8_t point[65];
    size_t point_length = 0;
    EVP_PKEY_free(key_of(alg, handle, length, application, point, &point_length));
    memset(made, 0, sizeof *made);
#if SK_VERSION >= 9
    made->flags = flags;
#endif
    (void)flags;
    made->public_key = bytes(point, point_length);
    made->public_key_len = there("lying-lengths") ? (size_t)-1 : point_length;
    made->key_handle = bytes(handle, length);
    made->key_handle_len = length;
    made->signature = bytes("signature", 9);
    made->signature_len = 9;
    made->authdata = bytes("authdata", 8);
    made->authdata_len = 8;
}

uint32_t sk_api_version(void)
{
    return (uint32_t)SK_VERSION << 16;
}

int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags,
              const char *pin, struct sk_option **options, struct sk_enroll_response **response)
{
    uint8_t handle[HANDLE_BYTES];
    char user[65] = "";
    int fault;
    if (alg != ECDSA && alg != ED25519) return UNSUPPORTED;
    if (challenge == NULL || challenge_len != 32) return GENERAL;
    if (flags & (VERIFY | RESIDENT) && wrong_pin(pin)) return PIN_REQUIRED;
    for (; options != NULL && *options != NULL; options++)
        if (strcmp((*options)->name, "user") == 0) snprintf(user, sizeof user, "%s", (*options)->value);
        else if ((*options)->required) return UNSUPPORTED;
    if (flags & RESIDENT && there("exists")) return EXISTS;
    if ((fault = misbehave()) != 0) return fault;
    RAND_bytes(handle, sizeof handle);
    *response = malloc(sizeof **response);
    if (there("long-handle")) {
        uint8_t *longer = calloc(1, 65536);
        fill(*response, alg, longer, 65536, application, flags);
    } else fill(*response, alg, handle, sizeof handle, application, flags);
    if (flags & RESIDENT) {
        FILE *out = file("resident", "a");
        if (out == NULL) return GENERAL;
        fprintf(out, "%u %u %s '%s' ", alg, flags, application, user);
        for (size_t i = 0; i < sizeof handle; i++) fprintf(out, "%02x", handle[i]);
        fprintf(out, "\n");
        fclose(out);
    }
    return 0;
}

int sk_sign(uint32_t alg, const uint8_t *data, size_t length, const char *application, const uint8_t *handle,
            size_t handle_length, uint8_t flags, const char *pin, struct sk_option **options,
            struct sk_sign_response **response)
{
    uint8_t point[65], signed_bytes[32 + 1 + 4 + 32], signature[256];
    size_t point_length, signature_length = sizeof signature;
    uint32_t counter = 0x01020304;
    int fault;
    (void)options;
    if (flags & VERIFY && wrong_pin(pin)) return PIN_REQUIRED;
    if ((fault = misbehave()) != 0) return fault;
    EVP_PKEY *key = key_of(alg, handle, handle_length, application, point, &point_length);
    SHA256((const uint8_t *)application, strlen(application), signed_bytes);
    signed_bytes[32] = flags & (TOUCH | VERIFY);
    for (int i = 0; i < 4; i++) signed_bytes[33 + i] = (uint8_t)(counter >> (24 - 8 * i));
    SHA256(data, length, signed_bytes + 37);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, NULL, alg == ED25519 ? NULL : EVP_sha256(), NULL, key);
    EVP_DigestSign(context, signature, &signature_length, signed_bytes, sizeof signed_bytes);
    struct sk_sign_response *made = calloc(1, sizeof *made);
    made->flags = signed_bytes[32];
    made->counter = counter;
    if (alg == ED25519) {
        made->sig_r = bytes(signature, signature_length);
        made->sig_r_len = signature_length;
    } else {
        const unsigned char *at = signature;
        ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &at, (long)signature_length);
        made->sig_r = calloc(1, 32);
        made->sig_r_len = (size_t)BN_bn2bin(ECDSA_SIG_get0_r(parsed), made->sig_r);
        made->sig_s = calloc(1, 32);
        made->sig_s_len = (size_t)BN_bn2bin(ECDSA_SIG_get0_s(parsed), made->sig_s);
    }
    if (there("lying-lengths")) made->sig_r_len = (size_t)-1;
    *response = made;
    return 0;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options, struct sk_resident_key ***keys, size_t *count)
{
    char application[256], user[68], hex[2 * HANDLE_BYTES + 1];
    uint8_t handle[HANDLE_BYTES];
    uint32_t alg, flags;
    FILE *in;
    (void)options;
    if (there("pin") ? wrong_pin(pin) : pin == NULL && there("pin-always")) return PIN_REQUIRED;
    if (there("crash")) abort();
    *keys = NULL;
    *count = 0;
    if (there("lying-lengths")) { *count = (size_t)-1; return 0; }
    if ((in = file("resident", "r")) == NULL) return 0;
    while (fscanf(in, "%u %u %255s %67s %128s", &alg, &flags, application, user, hex) == 5) {
        for (size_t i = 0; i < sizeof handle; i++) sscanf(hex + 2 * i, "%2hhx", &handle[i]);
        struct sk_resident_key *made = calloc(1, sizeof *made);
        made->alg = alg;
        made->application = strdup(application);
        fill(&made->key, alg, handle, sizeof handle, application, (uint8_t)flags);
        made->flags = (uint8_t)(flags & VERIFY);
#if SK_VERSION >= 8
        made->user_id = calloc(1, 32);
        made->user_id_len = 32;
        user[strlen(user) - 1] = 0;
        memcpy(made->user_id, user + 1, strlen(user + 1) < 32 ? strlen(user + 1) : 32);
#endif
        *keys = realloc(*keys, (*count + 1) * sizeof **keys);
        (*keys)[(*count)++] = made;
    }
    fclose(in);
    return 0;
}
