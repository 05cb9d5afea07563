package dev.migrator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MigrationNameOrderTest {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);

    @Property
    void theOrderIsTotalAndAgreesWithEquality(
            @ForAll("names") MigrationName a, @ForAll("names") MigrationName b, @ForAll("names") MigrationName c) {
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        List<MigrationName> sorted = List.of(a, b, c).stream().sorted().toList();
        assertThat(sorted.get(0)).isLessThanOrEqualTo(sorted.get(2));
        if (a.equals(b)) {
            assertThat(a).hasSameHashCodeAs(b);
        }
    }

    @Property
    void datesAndTimestampsShareOneLineOfTime(
            @ForAll("moments") LocalDateTime left,
            @ForAll("moments") LocalDateTime right,
            @ForAll boolean leftAsDay,
            @ForAll boolean rightAsDay) {
        LocalDateTime first = leftAsDay ? left.toLocalDate().atStartOfDay() : left;
        LocalDateTime second = rightAsDay ? right.toLocalDate().atStartOfDay() : right;
        MigrationName a = MigrationName.of(first.format(leftAsDay ? DAY : SECOND) + "-x");
        MigrationName b = MigrationName.of("V" + second.format(rightAsDay ? DAY : SECOND) + "__x");

        int expected = Integer.signum(first.compareTo(second));
        if (expected == 0) {
            assertThat(a.hasVersionOf(b)).isTrue();
        } else {
            assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
        }
    }

    @Property
    void numbersGoByTheirValueWhateverTheirZeros(@ForAll("numbers") String left, @ForAll("numbers") String right) {
        int expected = Long.compare(Long.parseLong(left), Long.parseLong(right));
        if (expected != 0) {
            assertThat(MigrationName.of(left + "-x").compareTo(MigrationName.of(right + "-x")))
                    .isEqualTo(expected);
        }
        assertThat(MigrationName.of(left + "-x")).isLessThan(MigrationName.of("19000101-x"));
    }

    @Example
    void equalVersionsHaveEqualHashes() {
        assertThat(new Version(Version.Rank.NUMBER, new long[] {1, 0, 0}, "1.0.0"))
                .isEqualTo(new Version(Version.Rank.NUMBER, new long[] {1}, "1"))
                .hasSameHashCodeAs(new Version(Version.Rank.NUMBER, new long[] {1}, "1"));
    }

    @Provide
    Arbitrary<LocalDateTime> moments() {
        return Arbitraries.longs()
                .between(0, 200)
                .map(hours -> LocalDateTime.of(2024, 2, 27, 0, 0).plusHours(hours * 6));
    }

    @Provide
    Arbitrary<String> numbers() {
        return Arbitraries.strings()
                .numeric()
                .ofMinLength(3)
                .ofMaxLength(18)
                .filter(text -> text.length() != 8 && text.length() != 14);
    }

    @Provide
    Arbitrary<MigrationName> names() {
        Arbitrary<String> rest = Arbitraries.of("a", "b", "A", "\uFFFC", "😀", "ü", "a b", "i", "I");
        Arbitrary<String> starts = Arbitraries.of(
                "003-",
                "0003_",
                "V3__",
                "V3.0__",
                "V3_1__",
                "20250202-",
                "20250202000000-",
                "V20250202__",
                "R__",
                "1000-");
        return Combinators.combine(starts, rest).as((start, end) -> MigrationName.of(start + end));
    }
}
