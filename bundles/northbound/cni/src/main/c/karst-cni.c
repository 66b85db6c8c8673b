/*
 * The CNI plugin of Karst, as the container runtime calls it: it hands the call to the daemon and prints the answer.
 *
 * Why C: it runs once for each verb and pod. A JVM would cost half a second each time; this costs a millisecond, and,
 * linked statically, it runs on whatever the node has for a C library.
 *
 * What it does: reads the network configuration from stdin and CNI_* from the environment, sends both as one message over
 * a unix socket, and prints what comes back. All decisions are the daemon's. Only when there is no answer it speaks for
 * itself, in the error format of the CNI specification (version 1.1, section 5).
 *
 * Messages: a length of four bytes, most significant first, then so many bytes. The request is a JSON object of strings:
 * {"command","containerId","netns","ifname","args","path","config"}; "config" is what stdin held, as text, so that it is
 * the daemon that judges it. The first byte of the answer is the exit status, the rest is for stdout.
 *
 * The socket is the configuration's "socket" or KARST_CNI_SOCKET as compiled in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef KARST_CNI_SOCKET
#define KARST_CNI_SOCKET "/run/karst/cni.sock"
#endif

enum {
    LARGEST_CONFIG = 4 << 20,      /* GC names all pods of a node; prevResult is small */
    LARGEST_VARIABLE = 64 << 10,
    LARGEST_ANSWER = 4 << 20,
    PATIENCE_MS = 55 * 1000,       /* the daemon gives up an ADD after 10 s; runtimes give up after minutes */

    CODE_ENVIRONMENT = 4,
    CODE_IO = 5,
    CODE_DECODE = 6,
    CODE_TRY_AGAIN = 11,
    CODE_NOT_AVAILABLE = 50,
};

static int64_t deadline;
static char version[16] = "1.0.0";

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Text that grows. */
struct text {
    char *bytes;
    size_t length;
    size_t room;
};

static void write_all_or_die(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            _exit(CODE_IO);
        }
        bytes += n;
        length -= (size_t) n;
    }
}

static void print(const char *text) {
    write_all_or_die(text, strlen(text));
}

static void print_quoted(const char *text) {
    print("\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char) *text;
        char piece[2] = {(char) (c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '?' : c), 0};
        print(piece);
    }
    print("\"");
}

static void fail(int code, const char *message, const char *details) __attribute__((noreturn));
static void fail(int code, const char *message, const char *details) {
    char digits[4] = {0};
    int at = 0;
    if (code >= 10) {
        digits[at++] = (char) ('0' + code / 10);
    }
    digits[at] = (char) ('0' + code % 10);
    print("{\"cniVersion\":");
    print_quoted(version);
    print(",\"code\":");
    print(digits);
    print(",\"msg\":");
    print_quoted(message);
    if (details != NULL) {
        print(",\"details\":");
        print_quoted(details);
    }
    print("}\n");
    _exit(1);
}

static void append(struct text *text, const char *bytes, size_t length) {
    if (length > text->room - text->length) {
        size_t room = text->room == 0 ? 8192 : text->room;
        while (room - text->length < length) {
            room *= 2;
        }
        char *grown = realloc(text->bytes, room);
        if (grown == NULL) {
            fail(CODE_TRY_AGAIN, "Out of memory.", NULL);
        }
        text->bytes = grown;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void append_string(struct text *out, const char *bytes, size_t length) {
    static const char hex[] = "0123456789abcdef";
    append(out, "\"", 1);
    size_t plain = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char) bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        append(out, bytes + plain, i - plain);
        plain = i + 1;
        char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        append(out, escape, sizeof escape);
    }
    append(out, bytes + plain, length - plain);
    append(out, "\"", 1);
}

static void append_member(struct text *out, const char *name, const char *variable) {
    const char *value = getenv(variable);
    if (value == NULL) {
        return;
    }
    size_t length = strnlen(value, LARGEST_VARIABLE + 1);
    if (length > LARGEST_VARIABLE) {
        fail(CODE_ENVIRONMENT, "An environment variable is longer than 64 kB.", variable);
    }
    append_string(out, name, strlen(name));
    append(out, ":", 1);
    append_string(out, value, length);
    append(out, ",", 1);
}

/* Waits until the descriptor is ready; 0 if the time is over. */
static int await(int descriptor, short events) {
    for (;;) {
        int64_t left = deadline - now_ms();
        if (left <= 0) {
            return 0;
        }
        struct pollfd one = {.fd = descriptor, .events = events};
        int n = poll(&one, 1, (int) left);
        if (n > 0) {
            return 1;
        }
        if (n < 0 && errno != EINTR) {
            return 0;
        }
    }
}

static void read_config(struct text *config) {
    char piece[16384];
    for (;;) {
        if (!await(STDIN_FILENO, POLLIN)) {
            fail(CODE_IO, "The network configuration did not end on stdin in time.", NULL);
        }
        ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (n < 0) {
            fail(CODE_IO, "The network configuration cannot be read from stdin.", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        if (config->length + (size_t) n > LARGEST_CONFIG) {
            fail(CODE_DECODE, "The network configuration on stdin is larger than 4 MiB.", NULL);
        }
        append(config, piece, (size_t) n);
    }
    append(config, "", 1); /* ends with NUL, not counted */
    config->length--;
}

/*
 * Finds a string member of the outermost object. Values with escapes are not found: neither a version nor a path that this
 * program could be asked to use has any. Returns the length, 0 if there is none.
 */
static size_t member(const struct text *json, const char *name, char *value, size_t room) {
    int depth = 0;
    int after_name = 0; /* 1: the name was just read; 2: and its colon */
    for (size_t i = 0; i < json->length; i++) {
        char c = json->bytes[i];
        if (c == '"') {
            size_t start = ++i;
            int escaped = 0;
            while (i < json->length && json->bytes[i] != '"') {
                if (json->bytes[i] == '\\') {
                    escaped = 1;
                    i++;
                }
                i++;
            }
            if (i >= json->length) {
                return 0;
            }
            size_t length = i - start;
            if (after_name == 2) {
                if (escaped || length == 0 || length >= room) {
                    return 0;
                }
                memcpy(value, json->bytes + start, length);
                value[length] = 0;
                return length;
            }
            after_name = depth == 1 && !escaped && length == strlen(name) && memcmp(json->bytes + start, name, length) == 0;
        } else if (c == ':' && after_name == 1) {
            after_name = 2;
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            after_name = 0;
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
    }
    return 0;
}

static void no_daemon(const char *command, const char *message, const char *details) __attribute__((noreturn));
static void no_daemon(const char *command, const char *message, const char *details) {
    fail(strcmp(command, "STATUS") == 0 ? CODE_NOT_AVAILABLE : CODE_TRY_AGAIN, message, details);
}

static int connected(const char *command, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fail(CODE_DECODE, "The path of the daemon's socket (key \"socket\") is longer than 107 bytes.", path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        no_daemon(command, "No socket can be made.", strerror(errno));
    }
    while (connect(descriptor, (struct sockaddr *) &address, sizeof address) != 0) {
        if (errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN || now_ms() >= deadline) {
            no_daemon(command, errno == ENOENT || errno == ECONNREFUSED
                    ? "The Karst daemon is not running on this node; try again when it is."
                    : "The Karst daemon cannot be reached; try again.", path);
        }
        /* many calls at once: the daemon has not yet taken those before us */
        struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    return descriptor;
}

static void send_all(const char *command, int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        if (!await(descriptor, POLLOUT)) {
            no_daemon(command, "The Karst daemon does not take the call; try again.", NULL);
        }
        ssize_t n = send(descriptor, bytes, length, MSG_NOSIGNAL);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (n < 0) {
            no_daemon(command, "The Karst daemon broke off the call; try again.", strerror(errno));
        }
        bytes += n;
        length -= (size_t) n;
    }
}

static void receive_all(const char *command, int descriptor, char *bytes, size_t length) {
    while (length > 0) {
        if (!await(descriptor, POLLIN)) {
            no_daemon(command, "The Karst daemon did not answer within 55 s; try again.", NULL);
        }
        ssize_t n = recv(descriptor, bytes, length, 0);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (n <= 0) {
            no_daemon(command, "The Karst daemon broke off the call; try again.", n < 0 ? strerror(errno) : "no answer");
        }
        bytes += n;
        length -= (size_t) n;
    }
}

int main(void) {
    deadline = now_ms() + PATIENCE_MS;
    signal(SIGPIPE, SIG_IGN);

    const char *command = getenv("CNI_COMMAND");
    if (command == NULL || *command == 0) {
        fail(CODE_ENVIRONMENT, "CNI_COMMAND is not set: this program is called by a container runtime.", NULL);
    }

    struct text config = {0};
    read_config(&config);
    char given[sizeof version];
    if (member(&config, "cniVersion", given, sizeof given) > 0) {
        memcpy(version, given, sizeof given);
    }
    char path[4096] = KARST_CNI_SOCKET;
    char chosen[sizeof path];
    if (member(&config, "socket", chosen, sizeof chosen) > 0) {
        memcpy(path, chosen, sizeof chosen);
    }

    struct text request = {0};
    append(&request, "\0\0\0\0{", 5);
    append_member(&request, "command", "CNI_COMMAND");
    append_member(&request, "containerId", "CNI_CONTAINERID");
    append_member(&request, "netns", "CNI_NETNS");
    append_member(&request, "ifname", "CNI_IFNAME");
    append_member(&request, "args", "CNI_ARGS");
    append_member(&request, "path", "CNI_PATH");
    append(&request, "\"config\":", 9);
    append_string(&request, config.bytes, config.length);
    append(&request, "}", 1);
    size_t body = request.length - 4;
    for (int i = 0; i < 4; i++) {
        request.bytes[i] = (char) (body >> (8 * (3 - i)) & 0xff);
    }

    int descriptor = connected(command, path);
    send_all(command, descriptor, request.bytes, request.length);

    unsigned char head[5];
    receive_all(command, descriptor, (char *) head, sizeof head);
    size_t length = (size_t) head[0] << 24 | (size_t) head[1] << 16 | (size_t) head[2] << 8 | head[3];
    if (length < 1 || length - 1 > LARGEST_ANSWER) {
        no_daemon(command, "The Karst daemon gave no valid answer; try again.", path);
    }
    char *answer = malloc(length);
    if (answer == NULL) {
        fail(CODE_TRY_AGAIN, "Out of memory.", NULL);
    }
    receive_all(command, descriptor, answer, length - 1);
    write_all_or_die(answer, length - 1);
    return head[4] == 0 ? 0 : 1;
}
