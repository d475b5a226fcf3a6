/* An open-loop HTTP load in C, as small as it can be: what course_lib.measure.load is compared with.
 *
 * open_loop PORT CONNECTIONS RATE SECONDS [CLOSED]
 *
 * Request i is due at start + i / RATE; it goes out on an idle connection, or waits for one; its latency counts from
 * the moment it was due. The first 15 % are left out. Prints: n p50 p99 max (microseconds) late_p50 (microseconds) rate.
 * With CLOSED each connection sends its next request when the answer came. Linux only (epoll, timerfd).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST 10000000

static double latencies[MOST], lateness[MOST];
static int idle[10000], sockets[10000];
static double due_of[10000];
static char request[200];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double percentile(double *values, long n, double q) {
    qsort(values, n, sizeof *values, ascending);
    return n ? values[(long)(q * (n - 1))] * 1e6 : 0;
}

static void send_on(int which, double due) {
    due_of[which] = due;
    if (write(sockets[which], request, strlen(request)) != (ssize_t)strlen(request)) exit(3);
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int port = atoi(argv[1]), connections = atoi(argv[2]), closed = argc > 5, idles = 0;
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    long count = closed ? MOST : (long)(rate * seconds), next = 0, answered = 0, kept = 0, lates = 0, under_way = 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int poll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), one = 1;
    snprintf(request, sizeof request, "GET /hello HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", port);
    for (int i = 0; i < connections; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connect(sockets[i], (struct sockaddr *)&address, sizeof address)) return 1;
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i], &event);
        idle[idles++] = i;
    }
    struct epoll_event timer_event = {.events = EPOLLIN, .data.u32 = 99999};
    epoll_ctl(poll, EPOLL_CTL_ADD, timer, &timer_event);
    double start = now() + 0.05, cut = start + 0.15 * seconds, end = start + seconds;
    int64_t first = start * 1e9, every = closed ? 0 : 1e9 / rate;
    struct itimerspec when = {{every / 1000000000, every % 1000000000}, {first / 1000000000, first % 1000000000}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, 0);
    struct epoll_event events[1024];
    char buffer[65536];
    uint64_t ticks;
    while (next < count || under_way) {
        int ready = epoll_wait(poll, events, 1024, 1000);
        if (ready <= 0 && now() > end) return 4;
        for (int e = 0; e < ready; e++) {
            int which = events[e].data.u32;
            if (which == 99999) {
                if (read(timer, &ticks, sizeof ticks) < 0) continue;
            } else {
                ssize_t got = read(sockets[which], buffer, sizeof buffer);
                double moment = now();
                if (got <= 0) return 3;
                if (due_of[which] >= cut) latencies[kept++] = moment - due_of[which];
                answered += moment >= cut && moment < end;
                under_way--;
                idle[idles++] = which;
            }
            double moment = now();
            if (closed && moment >= end) count = next;
            while (idles && next < count && moment >= start && (closed || start + next / rate <= moment)) {
                double due = closed ? moment : start + next / rate;
                which = idle[--idles];
                if (due >= cut && !closed) lateness[lates++] = moment - due;
                send_on(which, due);
                next++, under_way++;
                moment = now();
            }
        }
    }
    double p50 = percentile(latencies, kept, 0.5), p99 = percentile(latencies, kept, 0.99), most = percentile(latencies, kept, 1);
    printf("%ld %.2f %.2f %.2f %.2f %.1f\n", kept, p50, p99, most, percentile(lateness, lates, 0.5), answered / (end - cut));
    return 0;
}
