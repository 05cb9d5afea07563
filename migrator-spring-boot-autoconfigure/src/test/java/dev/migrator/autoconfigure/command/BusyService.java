package dev.migrator.autoconfigure.command;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service with all that must not wake up for a command. Each part says so when it is made or does something. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
@Import({BusyService.Controller.class, BusyService.Schedule.class, BusyService.Listener.class})
public class BusyService {

    public static void main(String[] args) {
        SpringApplication.run(BusyService.class, args);
        say("the main method went on");
    }

    private static void say(String what) {
        java.util.logging.Logger.getLogger("awake").severe("AWAKE: " + what);
    }

    @Bean
    ApplicationRunner runner() {
        say("runner");
        return arguments -> say("runner runs");
    }

    @Bean
    SmartLifecycle container() {
        say("listener container");
        return new Container();
    }

    @RestController
    static class Controller {

        Controller() {
            say("controller");
        }

        @GetMapping("/")
        String hello() {
            return "hello";
        }
    }

    static class Schedule {

        Schedule() {
            say("schedule");
        }

        @Scheduled(fixedRate = 500)
        void work() {
            say("schedule works");
        }
    }

    static class Listener {

        Listener() {
            say("event listener");
        }

        @EventListener
        void on(ApplicationReadyEvent event) {
            say("event " + event);
        }
    }

    static final class Container implements SmartLifecycle {

        @Override
        public void start() {
            say("listener container starts");
        }

        @Override
        public void stop() {
            say("listener container stops");
        }

        @Override
        public boolean isRunning() {
            return false;
        }
    }
}
