// The floor of `heliograph bench itch`: decoding and order books as good C++ does them, on the same file. Array ladders
// with the best at the end, orders found directly by reference. One warm pass of each, then one that is timed.
//
//   g++ -O3 -march=native -std=c++17 -o books-floor books-floor.cpp && ./books-floor FILE
//
// Prints one JSON object: messages, millions a second, and a checksum of each pass that the engine must agree with.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#define ALWAYS_INLINE inline __attribute__((always_inline))

static ALWAYS_INLINE uint16_t u16(const uint8_t* at) {
  uint16_t v;
  memcpy(&v, at, 2);
  return __builtin_bswap16(v);
}
static ALWAYS_INLINE uint32_t u32(const uint8_t* at) {
  uint32_t v;
  memcpy(&v, at, 4);
  return __builtin_bswap32(v);
}
static ALWAYS_INLINE uint64_t u64(const uint8_t* at) {
  uint64_t v;
  memcpy(&v, at, 8);
  return __builtin_bswap64(v);
}

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

// One loop over the file for both passes; the handler is inlined.
template <typename Handler>
static uint64_t walk(const uint8_t* file, size_t size, Handler& handler) {
  const uint8_t* at = file;
  const uint8_t* end = file + size;
  uint64_t messages = 0;
  while (at + 2 <= end) {
    const uint32_t length = u16(at);
    const uint8_t* m = at + 2;
    if (m + length > end) break;
    switch (m[0]) {
      case 'A':
      case 'F':
        handler.add(u16(m + 1), u64(m + 11), m[19] == 'B' ? 0 : 1, u32(m + 20), u32(m + 32), m + 24);
        break;
      case 'D':
        handler.remove(u64(m + 11));
        break;
      case 'U':
        handler.replace(u64(m + 11), u64(m + 19), u32(m + 27), u32(m + 31));
        break;
      case 'E':
      case 'C':
      case 'X':
        handler.reduce(u64(m + 11), u32(m + 19));
        break;
      default:
        break;
    }
    messages++;
    at = m + length;
  }
  return messages;
}

// Sums every field that books need, so that decoding them cannot be left out.
struct Sum {
  uint32_t total = 0;
  ALWAYS_INLINE void mix(uint64_t reference) { total += uint32_t(reference) + uint32_t(reference >> 32); }
  ALWAYS_INLINE void add(uint32_t, uint64_t reference, uint32_t side, uint32_t quantity, uint32_t price, const uint8_t*) {
    mix(reference);
    total += side + quantity + price;
  }
  ALWAYS_INLINE void remove(uint64_t reference) { mix(reference); }
  ALWAYS_INLINE void reduce(uint64_t reference, uint32_t quantity) {
    mix(reference);
    total += quantity;
  }
  ALWAYS_INLINE void replace(uint64_t from, uint64_t to, uint32_t quantity, uint32_t price) {
    mix(from);
    mix(to);
    total += quantity + price;
  }
};

struct Order {
  uint32_t price;
  uint32_t quantity;
  uint32_t ladder;  // locate * 2 + side + 1; 0 for none
};

struct Level {
  uint32_t price;
  uint32_t orders;
  uint64_t quantity;
};

struct Ladder {
  Level* levels = nullptr;
  uint32_t count = 0;
  uint32_t capacity = 0;

  template <int side>
  ALWAYS_INLINE uint32_t place(uint32_t price) const {
    uint32_t at = count;
    if (side == 0) {
      while (at > 0 && levels[at - 1].price > price) at--;
    } else {
      while (at > 0 && levels[at - 1].price < price) at--;
    }
    return at;
  }
  __attribute__((noinline)) void insert(uint32_t at, uint32_t price, uint32_t quantity) {
    if (count == capacity) {
      capacity = capacity ? capacity * 2 : 32;
      levels = static_cast<Level*>(realloc(levels, capacity * sizeof(Level)));
    }
    memmove(levels + at + 1, levels + at, (count - at) * sizeof(Level));
    levels[at] = {price, 1, quantity};
    count++;
  }
  ALWAYS_INLINE void add(uint32_t at, uint32_t price, uint32_t quantity) {
    if (at > 0 && levels[at - 1].price == price) {
      levels[at - 1].quantity += quantity;
      levels[at - 1].orders++;
    } else {
      insert(at, price, quantity);
    }
  }
  ALWAYS_INLINE void take(uint32_t at, uint32_t quantity, bool gone) {
    Level& level = levels[at - 1];
    level.quantity -= quantity;
    if (gone && --level.orders == 0) {
      memmove(levels + at - 1, levels + at, (count - at) * sizeof(Level));
      count--;
    }
  }
};

struct Books {
  std::vector<Order> orders;
  std::vector<Ladder> ladders = std::vector<Ladder>(1 << 17);
  std::vector<uint64_t> symbols = std::vector<uint64_t>(1 << 16);
  uint64_t open = 0;

  explicit Books(size_t references) : orders(references) {}

  void clear() {
    memset(orders.data(), 0, orders.size() * sizeof(Order));
    for (Ladder& ladder : ladders) ladder.count = 0;
    open = 0;
  }
  ALWAYS_INLINE void enter(uint64_t reference, uint32_t ladder, uint32_t quantity, uint32_t price) {
    if (reference >= orders.size()) return;
    Order& order = orders[reference];
    if (order.ladder) return;
    order = {price, quantity, ladder + 1};
    Ladder& to = ladders[ladder];
    to.add(ladder & 1 ? to.place<1>(price) : to.place<0>(price), price, quantity);
    open++;
  }
  ALWAYS_INLINE void leave(Order& order, uint32_t quantity, bool gone) {
    const uint32_t ladder = order.ladder - 1;
    Ladder& from = ladders[ladder];
    from.take(ladder & 1 ? from.place<1>(order.price) : from.place<0>(order.price), quantity, gone);
    if (gone) {
      order.ladder = 0;
      open--;
    } else {
      order.quantity -= quantity;
    }
  }
  ALWAYS_INLINE void add(uint32_t locate, uint64_t reference, uint32_t side, uint32_t quantity, uint32_t price,
                         const uint8_t* symbol) {
    if (symbols[locate] == 0) memcpy(&symbols[locate], symbol, 8);
    enter(reference, locate * 2 + side, quantity, price);
  }
  ALWAYS_INLINE Order* find(uint64_t reference) {
    if (reference >= orders.size()) return nullptr;
    Order* order = &orders[reference];
    return order->ladder ? order : nullptr;
  }
  ALWAYS_INLINE void remove(uint64_t reference) {
    if (Order* order = find(reference)) leave(*order, order->quantity, true);
  }
  ALWAYS_INLINE void reduce(uint64_t reference, uint32_t quantity) {
    if (Order* order = find(reference)) {
      const bool gone = quantity >= order->quantity;
      leave(*order, gone ? order->quantity : quantity, gone);
    }
  }
  ALWAYS_INLINE void replace(uint64_t from, uint64_t to, uint32_t quantity, uint32_t price) {
    Order* order = find(from);
    if (!order) return;
    const uint32_t ladder = order->ladder - 1;
    leave(*order, order->quantity, true);
    enter(to, ladder, quantity, price);
  }
  // The same for the same books, whatever the order of symbols: see `bench/book-checksum.ts`.
  uint32_t checksum() const {
    uint32_t total = 0;
    for (uint32_t locate = 0; locate < symbols.size(); locate++) {
      if (!symbols[locate]) continue;
      const uint8_t* name = reinterpret_cast<const uint8_t*>(&symbols[locate]);
      uint32_t seed = 0x811c9dc5;
      for (int i = 0; i < 8; i++) seed = (seed ^ name[i]) * 0x01000193;
      for (uint32_t side = 0; side < 2; side++) {
        uint32_t hash = seed + side;
        const Ladder& ladder = ladders[locate * 2 + side];
        for (uint32_t i = ladder.count; i > 0; i--) {
          const Level& level = ladder.levels[i - 1];
          hash = (hash ^ level.price) * 0x01000193;
          hash = (hash ^ uint32_t(level.quantity)) * 0x01000193;
          hash = (hash ^ level.orders) * 0x01000193;
        }
        total += hash;
      }
    }
    return total;
  }
};

// The highest reference that is added, plus one: references beyond the limit get no place and are left out.
struct Highest {
  uint64_t next = 0;
  ALWAYS_INLINE void see(uint64_t reference) {
    if (reference >= next && reference < (1u << 30)) next = reference + 1;
  }
  ALWAYS_INLINE void add(uint32_t, uint64_t reference, uint32_t, uint32_t, uint32_t, const uint8_t*) { see(reference); }
  ALWAYS_INLINE void remove(uint64_t) {}
  ALWAYS_INLINE void reduce(uint64_t, uint32_t) {}
  ALWAYS_INLINE void replace(uint64_t, uint64_t to, uint32_t, uint32_t) { see(to); }
};

int main(int argc, char** argv) {
  FILE* in = argc > 1 ? fopen(argv[1], "rb") : nullptr;
  if (!in) {
    fprintf(stderr, "usage: books-floor FILE\n");
    return 2;
  }
  fseek(in, 0, SEEK_END);
  std::vector<uint8_t> file(ftell(in));
  fseek(in, 0, SEEK_SET);
  if (fread(file.data(), 1, file.size(), in) != file.size()) return 2;
  fclose(in);

  Sum warm;
  walk(file.data(), file.size(), warm);
  Sum sum;
  double began = seconds();
  const uint64_t messages = walk(file.data(), file.size(), sum);
  const double decode = seconds() - began;

  Highest highest;
  walk(file.data(), file.size(), highest);
  Books books(highest.next);
  walk(file.data(), file.size(), books);
  books.clear();
  began = seconds();
  walk(file.data(), file.size(), books);
  const double kept = seconds() - began;

  printf("{\"messages\":%llu,\"decode\":%.2f,\"books\":%.2f,\"decodeChecksum\":%u,\"booksChecksum\":%u,\"openOrders\":%llu}\n",
         (unsigned long long)messages, messages / decode / 1e6, messages / kept / 1e6, sum.total ^ (warm.total - sum.total),
         books.checksum(), (unsigned long long)books.open);
}
