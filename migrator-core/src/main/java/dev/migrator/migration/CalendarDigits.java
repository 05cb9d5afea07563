package dev.migrator.migration;

import java.time.YearMonth;

/** Whether 8 or 14 digits are a day, or a second, that exists. Without a formatter: this runs for each file of a start. */
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
        boolean dayExists = day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
        return dayExists && (digits == DATE || timeExists(text, start + DATE));
    }

    private static boolean timeExists(String text, int start) {
        return number(text, start, 2) < 24 && number(text, start + 2, 2) < 60 && number(text, start + 4, 2) < 60;
    }

    private static int number(String text, int start, int length) {
        return Integer.parseInt(text, start, start + length, 10);
    }
}
