/* Load from C: fast enough to find a server's limit, and the second opinion on the course's own generator.

   drive echo|http|events PORT CONNECTIONS SECONDS WARMUP BYTES PATH RATE

   echo    every connection sends a WebSocket message and waits for its echo
   http    every connection sends a GET and waits for its answer; with RATE > 0 an open loop: request k is due at
           k / RATE on connection k mod CONNECTIONS, and its latency counts from that moment
   events  every connection reads an event stream; one more posts to /messages, at most three messages ahead of them

   Says "begin" when the warm-up is over and "end" when the time is, so that whoever started it can read the server's
   clock there; then one line of JSON: operations, seconds, p50, p99 and max in seconds, and its own CPU seconds. One
   thread, one epoll, no allocation while it measures. An unexpected byte ends it with a sentence and exit code 1. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 3, BUFFER = 1 << 18, SAMPLES = 1 << 25 };

typedef struct {
    int fd, busy, matched, at_line_start;
    size_t written; /* of `request` */
    size_t kept;    /* bytes of an answer that has not come whole, in `kept_bytes` */
    char kept_bytes[4096];
    uint64_t left;  /* payload bytes of the echo still to come */
    uint64_t begun, number;
} Connection;

static int port, count, rate_given;
static double rate;
static const char *path, *kind;
static char *request, *body, *scratch;
static size_t request_size, body_size;
static Connection *connections;
static int epoll, timer;
static uint64_t start, first_sample, end;
static uint32_t *samples;
static uint64_t sampled, published, delivered;
static uint64_t posted_at[1 << 16];

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static void too_late(int number) {
    static const char words[] = "expected the server to answer, got silence\n";
    if (write(2, words, sizeof words - 1) < 0) number = 2;
    _exit(number ? 1 : 2);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static double own_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void record(uint64_t begun, uint64_t moment) {
    if (begun < first_sample || moment > end) return;
    if (sampled == SAMPLES) fail("expected at most %d operations, got more", SAMPLES);
    uint64_t took = moment - begun;
    samples[sampled++] = took > UINT32_MAX ? UINT32_MAX : took;
}

static void watch(Connection *one, int events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = one};
    if (epoll_ctl(epoll, how, one->fd, &event)) fail("expected epoll to take a connection, got %s", strerror(errno));
}

/* ---- sending */

static void push(Connection *one) {
    while (one->written < request_size) {
        ssize_t sent = send(one->fd, request + one->written, request_size - one->written, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            watch(one, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        if (sent < 0) fail("expected an open connection, got %s", strerror(errno));
        one->written += sent;
    }
}

static void ask(Connection *one, uint64_t begun) {
    one->busy = 1;
    one->begun = begun;
    one->written = 0;
    one->left = body_size;
    push(one);
}

static uint64_t due(uint64_t number) { return start + (uint64_t)(number * 1e9 / rate); }

static void answered(Connection *one, uint64_t moment) {
    record(one->begun, moment);
    one->busy = 0;
    if (rate_given) {
        one->number += count;
        if (due(one->number) <= moment) ask(one, due(one->number));
    } else {
        ask(one, moment);
    }
}

static void post(Connection *publisher) {
    if (publisher->busy || published - delivered / count >= WINDOW) return;
    posted_at[published++ & 0xffff] = now();
    ask(publisher, now());
}

/* ---- receiving */

static size_t header_size(const unsigned char *data, size_t size) { /* of a whole frame header, or 0 */
    size_t wanted = size < 2 ? 2 : data[1] == 126 ? 4 : data[1] == 127 ? 10 : 2;
    return size >= wanted ? wanted : 0;
}

static void read_echo(Connection *one, const char *data, size_t size, uint64_t moment) {
    while (size) {
        if (one->left == body_size && one->kept != SIZE_MAX) { /* the header comes first */
            size_t take = 0, header = 0;
            while (!header && take < size) {
                one->kept_bytes[one->kept++] = data[take++];
                header = header_size((unsigned char *)one->kept_bytes, one->kept);
            }
            data += take;
            size -= take;
            if (!header) return;
            const unsigned char *said = (unsigned char *)one->kept_bytes;
            uint64_t length = said[1] & 0x7f, bytes = header - 2;
            if (bytes) length = 0;
            for (uint64_t i = 0; i < bytes; i++) length = length << 8 | said[2 + i];
            if ((said[0] != 0x81 && said[0] != 0x82) || length != body_size)
                fail("expected a message of %zu bytes, got a frame %02x of %llu", body_size, said[0], (unsigned long long)length);
            one->kept = SIZE_MAX;
        }
        size_t take = size < one->left ? size : one->left;
        if (memcmp(data, body + body_size - one->left, take)) fail("expected the message back, got another");
        one->left -= take;
        data += take;
        size -= take;
        if (!one->left) {
            one->kept = 0;
            if (size) fail("expected one echo, got %zu bytes more", size);
            answered(one, moment);
        }
    }
}

static long answer_size(const char *data, size_t size, int wanted_status) { /* of a whole HTTP answer, or 0 */
    const char *over = memmem(data, size, "\r\n\r\n", 4);
    if (!over) return 0;
    if (size < 12 || atoi(data + 9) != wanted_status) fail("expected HTTP status %d, got %.*s", wanted_status, 60, data);
    for (const char *line = data; line < over; line = (char *)memmem(line, over + 2 - line, "\r\n", 2) + 2)
        if (!strncasecmp(line, "content-length:", 15)) {
            long whole = over + 4 - data + atol(line + 15);
            return (size_t)whole <= size ? whole : 0;
        }
    fail("expected a Content-Length, got %.*s", (int)(over - data), data);
    return 0;
}

static int whole_answer(Connection *one, const char *data, size_t size, int status) {
    if (!one->kept && answer_size(data, size, status) == (long)size) return 1;
    if (one->kept + size > sizeof one->kept_bytes) fail("expected an answer of at most %zu bytes", sizeof one->kept_bytes);
    memcpy(one->kept_bytes + one->kept, data, size);
    one->kept += size;
    long length = answer_size(one->kept_bytes, one->kept, status);
    if (length && (size_t)length != one->kept) fail("expected one answer, got bytes after it");
    if (length) one->kept = 0;
    return length > 0;
}

static void read_events(Connection *one, const char *data, size_t size, uint64_t moment) {
    static const char field[] = "data:"; /* an event is a line that begins with it: ours have one each */
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n') {
            one->at_line_start = 1;
            one->matched = 0;
        } else if (one->at_line_start && data[i] == field[one->matched]) {
            if (++one->matched < 5) continue;
            if (one->number >= published) fail("expected %llu events, got one more", (unsigned long long)published);
            record(posted_at[one->number++ & 0xffff], moment);
            delivered++;
            one->at_line_start = 0;
        } else {
            one->at_line_start = 0;
        }
    }
}

static void readable(Connection *one, Connection *publisher) {
    ssize_t size = recv(one->fd, scratch, BUFFER, 0);
    uint64_t moment = now();
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) fail("expected an open connection, got %s", size ? strerror(errno) : "its end");
    if (one == publisher) {
        if (whole_answer(one, scratch, size, 201)) one->busy = 0;
    } else if (*kind == 'e' && kind[1] == 'c') {
        read_echo(one, scratch, size, moment);
    } else if (*kind == 'h') {
        if (whole_answer(one, scratch, size, 200)) answered(one, moment);
    } else {
        read_events(one, scratch, size, moment);
    }
}

/* ---- opening */

static void open_one(Connection *one, const char *hello, const char *wanted) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    one->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (one->fd < 0 || connect(one->fd, (struct sockaddr *)&address, sizeof address))
        fail("expected a server at 127.0.0.1:%d, got %s", port, strerror(errno));
    one->at_line_start = 1;
    if (hello) {
        char said[8192];
        size_t size = 0;
        char *over = NULL;
        if (send(one->fd, hello, strlen(hello), MSG_NOSIGNAL) < 0) fail("expected to send, got %s", strerror(errno));
        while (!over) {
            ssize_t got = recv(one->fd, said + size, sizeof said - 1 - size, 0);
            if (got <= 0) fail("expected %s, got the end of the connection", wanted);
            said[size += got] = 0;
            over = strstr(said, "\r\n\r\n");
        }
        if (strncmp(said + 9, wanted, 3)) fail("expected status %s, got %.60s", wanted, said);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event);
}

static void make_request(size_t bytes) {
    body = malloc(bytes + 64);
    memset(body, 'x', bytes);
    body_size = bytes;
    request = malloc(bytes + 512);
    if (*kind == 'h') {
        request_size = sprintf(request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port);
    } else if (kind[1] == 'v') {
        request_size = sprintf(request,
                               "POST /messages HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                               "Content-Length: %zu\r\n\r\n{\"message\":\"%.*s\"}",
                               port, bytes + 14, (int)bytes, body);
    } else {
        static const unsigned char mask[] = {0x37, 0xfa, 0x21, 0x3d};
        char *to = request;
        *to++ = (char)0x81;
        *to++ = (char)(0x80 | (bytes < 126 ? bytes : bytes < 65536 ? 126 : 127));
        if (bytes >= 126)
            for (int shift = bytes < 65536 ? 8 : 56; shift >= 0; shift -= 8) *to++ = (char)((uint64_t)bytes >> shift);
        memcpy(to, mask, 4);
        to += 4;
        for (size_t i = 0; i < bytes; i++) *to++ = body[i] ^ mask[i & 3];
        request_size = to - request;
    }
}

static int by_size(const void *a, const void *b) {
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return (one > other) - (one < other);
}

static void report(double seconds, double cpu) {
    qsort(samples, sampled, sizeof *samples, by_size);
    printf("{\"operations\": %llu, \"seconds\": %.6f, \"p50\": %.9f, \"p99\": %.9f, \"max\": %.9f, \"cpu\": %.6f}\n",
           (unsigned long long)sampled, seconds, samples[(sampled - 1) / 2] / 1e9,
           samples[(uint64_t)((sampled - 1) * 0.99)] / 1e9, samples[sampled - 1] / 1e9, cpu);
}

static void arm(uint64_t moment) {
    struct itimerspec when = {.it_value = {.tv_sec = moment / 1000000000, .tv_nsec = moment % 1000000000}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

int main(int given, char **arguments) {
    if (given != 9) fail("expected 8 arguments, got %d", given - 1);
    kind = arguments[1];
    port = atoi(arguments[2]);
    count = atoi(arguments[3]);
    double seconds = atof(arguments[4]), warmup = atof(arguments[5]);
    path = arguments[7];
    rate = atof(arguments[8]);
    rate_given = rate > 0;
    signal(SIGALRM, too_late);
    alarm((unsigned)(seconds + warmup) + 15);
    int events = kind[1] == 'v';
    make_request(atol(arguments[6]));
    scratch = malloc(BUFFER);
    samples = malloc(SAMPLES * sizeof *samples);
    connections = calloc(count + 1, sizeof *connections);
    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event tick = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &tick);

    char hello[1024];
    snprintf(hello, sizeof hello,
             *kind == 'h'
                 ? ""
                 : events ? "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n"
                          : "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
             path, port);
    for (int i = 0; i < count; i++) {
        open_one(&connections[i], *kind == 'h' ? NULL : hello, events ? "200" : "101");
        connections[i].number = events ? 0 : i;
    }
    Connection *publisher = events ? &connections[count] : NULL;
    if (publisher) open_one(publisher, NULL, NULL);

    start = now();
    first_sample = start + (uint64_t)(warmup * 1e9);
    end = first_sample + (uint64_t)(seconds * 1e9);
    uint64_t next = 0;
    int measuring = 0;
    double cpu = 0;
    if (!events && !rate_given)
        for (int i = 0; i < count; i++) ask(&connections[i], now());
    for (;;) {
        uint64_t moment = now();
        if (!measuring && moment >= first_sample) {
            measuring = 1;
            cpu = own_cpu();
            puts("begin");
            fflush(stdout);
        }
        if (moment >= end && !sampled) { /* a machine that is this busy gets more time */
            end += first_sample - start + 100000000;
        } else if (moment >= end) {
            if (measuring == 1) {
                measuring = 2;
                cpu = own_cpu() - cpu;
                puts("end");
                fflush(stdout);
            }
            if (!publisher || (!publisher->busy && delivered == published * count)) break;
        } else if (publisher) {
            post(publisher);
        }
        if (rate_given) {
            for (; due(next) <= moment; next++) {
                Connection *one = &connections[next % count];
                if (!one->busy && one->number == next) ask(one, due(next));
            }
            arm(due(next));
        } else {
            if (measuring < 2) arm(measuring ? end : first_sample);
        }
        struct epoll_event ready[256];
        int number = epoll_wait(epoll, ready, 256, -1);
        for (int i = 0; i < number; i++) {
            Connection *one = ready[i].data.ptr;
            uint64_t ticks;
            if (!one) {
                if (read(timer, &ticks, 8) < 0 && errno != EAGAIN) fail("expected the timer, got %s", strerror(errno));
                continue;
            }
            if (ready[i].events & EPOLLOUT) {
                watch(one, EPOLLIN, EPOLL_CTL_MOD);
                push(one);
            }
            if (ready[i].events & ~EPOLLOUT) readable(one, publisher);
        }
    }
    report((end - first_sample) / 1e9, cpu);
    return 0;
}
