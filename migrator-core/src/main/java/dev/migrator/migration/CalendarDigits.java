package dev.migrator.migration;

import java.time.Month;

/**
 * Whether 8 or 14 digits are a day, or a second, that exists. Without a formatter, not even the one that {@code YearMonth}
 * makes for itself: this runs at every start.
 */
final class CalendarDigits {

    private static final int DATE = 8;
    private static final int TIMESTAMP = 14;

    private CalendarDigits() {}

    static boolean exist(String text, int start, int digits) {
        if (digits != DATE && digits != TIMESTAMP) {
            return false;
        }
        int year = number(text, start, 4);
        int month = number(text, start + 4, 2);
        int day = number(text, start + 6, 2);
        if (year < 1900 || year > 2999 || month < 1 || month > 12) {
            return false;
        }
        boolean dayExists = day >= 1 && day <= Month.of(month).length(isLeap(year));
        return dayExists && (digits == DATE || timeExists(text, start + DATE));
    }

    private static boolean isLeap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static boolean timeExists(String text, int start) {
        return number(text, start, 2) < 24 && number(text, start + 2, 2) < 60 && number(text, start + 4, 2) < 60;
    }

    private static int number(String text, int start, int length) {
        return Integer.parseInt(text, start, start + length, 10);
    }
}
