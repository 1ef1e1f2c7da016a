// The floor under "UDP packet in, TCP order out": an epoll loop that answers each datagram with a fixed number of
// bytes on a TCP connection. Built and run by `bin/heliograph bench wire`.
//
// usage: echo-floor UDP_PORT TCP_PORT BYTES

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((unsigned short)port);
  return address;
}

int main(int count, char **words) {
  if (count != 4) {
    fprintf(stderr, "usage: echo-floor UDP_PORT TCP_PORT BYTES\n");
    return 2;
  }
  struct sockaddr_in from = loopback(atoi(words[1]));
  struct sockaddr_in to = loopback(atoi(words[2]));
  size_t length = (size_t)atoi(words[3]);
  char answer[65536];
  char packet[65536];
  if (length > sizeof answer) return 2;
  memset(answer, 'x', sizeof answer);

  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  int tcp = socket(AF_INET, SOCK_STREAM, 0);
  int yes = 1;
  int received = 4 << 20;
  setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &received, sizeof received);
  setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (bind(udp, (struct sockaddr *)&from, sizeof from) != 0) return perror("bind"), 1;
  if (connect(tcp, (struct sockaddr *)&to, sizeof to) != 0) return perror("connect"), 1;

  int poll = epoll_create1(0);
  struct epoll_event wanted = {.events = EPOLLIN, .data.fd = udp};
  epoll_ctl(poll, EPOLL_CTL_ADD, udp, &wanted);
  for (;;) {
    struct epoll_event happened;
    if (epoll_wait(poll, &happened, 1, -1) < 1) continue;
    while (recv(udp, packet, sizeof packet, MSG_DONTWAIT) >= 0)
      if (send(tcp, answer, length, MSG_NOSIGNAL) < 0) return 0;
  }
}
