package dev.migrator.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;

@SpringBootApplication
class SampleApplication {

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(SampleApplication.class);
        // for /actuator/startup
        application.setApplicationStartup(new BufferingApplicationStartup(2048));
        application.run(arguments);
    }
}
