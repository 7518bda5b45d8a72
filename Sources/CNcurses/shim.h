// What Swift cannot import from ncurses by itself: mutable globals and macros.
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>

// Glibc owns <wchar.h> in Swift and hides this one.
extern int wcwidth(wchar_t);

// From <term.h>, which would drag <termios.h> into this module.
extern int setupterm(const char *name, int output, int *status);

static inline SCREEN *nc_newterm(const char *name) { return newterm(name, stdout, stdin); }
static inline WINDOW *nc_stdscr(void) { return stdscr; }
static inline int nc_colors(void) { return COLORS; }
static inline int nc_color_pairs(void) { return COLOR_PAIRS; }
static inline void nc_flush(void) { fflush(stdout); }

enum : unsigned int {
    NC_A_BOLD = A_BOLD,
    NC_A_DIM = A_DIM,
    NC_A_REVERSE = A_REVERSE,
    NC_A_UNDERLINE = A_UNDERLINE,
    NC_MOUSE_LEFT = BUTTON1_PRESSED,
    NC_MOUSE_WHEEL_UP = BUTTON4_PRESSED,
    NC_MOUSE_WHEEL_DOWN = BUTTON5_PRESSED
};
