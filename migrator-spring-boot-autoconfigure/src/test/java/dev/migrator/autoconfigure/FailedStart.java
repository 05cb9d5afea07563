package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Configuration;

/** What the console of a service says whose start fails: the text below "APPLICATION FAILED TO START". */
record FailedStart(CapturedOutput output, String... settings) {

    private static final String HEADLINE = "APPLICATION FAILED TO START";
    private static final String DESCRIPTION = "Description:\n\n";

    /** Description, an arrow, and the action. */
    String told(String... more) {
        SpringApplication application = new SpringApplication(Service.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        assertThatThrownBy(() -> application.run(arguments(more))).isInstanceOf(RuntimeException.class);
        String console = output.getOut();
        assertThat(console).containsOnlyOnce(HEADLINE);
        String told = console.substring(console.indexOf(DESCRIPTION) + DESCRIPTION.length());
        return told.replace("\n\nAction:\n\n", "\n=> ").strip();
    }

    private String[] arguments(String... more) {
        Map<String, String> byName = new LinkedHashMap<>();
        Stream.of(settings, more)
                .flatMap(Stream::of)
                .forEach(setting -> byName.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
        return byName.values().toArray(String[]::new);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, MigratorAutoConfiguration.class})
    static class Service {}
}
