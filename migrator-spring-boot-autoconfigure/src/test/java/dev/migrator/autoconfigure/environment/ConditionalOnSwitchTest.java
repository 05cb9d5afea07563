package dev.migrator.autoconfigure.environment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ConditionalOnSwitchTest {

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Switched.class);

    @Configuration(proxyBeanMethods = false)
    static class Switched {

        @Bean
        @ConditionalOnSwitch(name = "a.switch", unset = true)
        String on() {
            return "on";
        }

        @Bean
        @ConditionalOnSwitch(name = "a.switch", unset = true, is = false)
        String off() {
            return "off";
        }
    }

    @ParameterizedTest
    @CsvSource({"true, on", "YES, on", "on, on", "1, on", "false, off", "No, off", "off, off", "0, off"})
    void itIsTheOneOrTheOtherWhateverTheWord(String word, String is) {
        context.withPropertyValues("a.switch=" + word)
                .run(context -> assertThat(context.getBeansOfType(String.class)).containsOnlyKeys(is));
    }

    @Test
    void unsetItIsWhatTheAnnotationSays() {
        context.run(context -> assertThat(context.getBeansOfType(String.class)).containsOnlyKeys("on"));
    }

    @Test
    void aWordThatIsNeitherStopsTheStart() {
        context.withPropertyValues("a.switch=maybe")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .hasStackTraceContaining(BindException.class.getName()));
    }
}
