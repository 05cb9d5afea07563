package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The machine's own Chromium without a window. Where there is none, the test is skipped with a reason, and fails on a
 * build machine.
 */
final class Browser implements AutoCloseable {

    /** Where pictures of the page go; without it none are made. */
    private static final String IMAGES = System.getProperty("page.images", "");

    private static final int WIDE = 1_100;
    private static final int PHONE = 400;

    private final ChromeDriver driver;

    Browser() {
        Path chromium = find(List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"));
        Path chromedriver = find(List.of("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver"));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--force-color-profile=srgb",
                "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(20));
        size(WIDE, 900);
    }

    private static Path find(List<String> candidates) {
        for (String candidate : candidates) {
            if (Files.isExecutable(Path.of(candidate))) {
                return Path.of(candidate);
            }
        }
        String reason = candidates.get(0)
                + " is not installed: the page for people is NOT tested (apt-get install chromium chromium-driver)";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
        }
        System.out.println(reason);
        return Assumptions.abort(reason);
    }

    /** Forgets what an earlier page complained of. */
    void open(String url) {
        driver.get("about:blank");
        complaints();
        driver.get(url);
        script("window.heard = []; new MutationObserver(() => heard.push(document.getElementById('said').textContent))"
                + ".observe(document.getElementById('said'), {childList: true})");
    }

    /** Waits until the page has said it; what it says is gone after some seconds, however slow this machine is. */
    void says(String text) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() ->
                        assertThat((String) script("return heard.join('\\n')")).contains(text));
    }

    /** With each request, as a browser does it that has asked for a name and a password; null takes it away. */
    void header(String name, @Nullable String value) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.setExtraHTTPHeaders", Map.of("headers", value == null ? Map.of() : Map.of(name, value)));
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    int count(String css) {
        return ((Number) script("return document.querySelectorAll(arguments[0]).length", css)).intValue();
    }

    /** At one moment: the page may make the node anew at the next. Empty where there is none. */
    String text(String css) {
        return (String) script("return (document.querySelector(arguments[0]) || {innerText: ''}).innerText", css);
    }

    /** Waits until the element has all of these texts. */
    void shows(String css, String... texts) {
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            // a line of the list has its text only where it can be seen, and the key is typed at the page's end
            script("window.scrollTo(0, 0)");
            assertThat(text(css)).contains(texts);
        });
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What the console has of warnings and errors; what the policy refuses is among them. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void phone() {
        size(PHONE, 860);
    }

    /** @param height in pixels, of the picture too */
    void size(int width, int height) {
        // headless Chromium has no window narrower than 500 pixels, but a page that is
        driver.manage().window().setSize(new Dimension(Math.max(500, width), height));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** For docs/images, when asked for. */
    void picture(String name, int height) {
        if (IMAGES.isEmpty()) {
            return;
        }
        int width = ((Number) script("return innerWidth")).intValue();
        size(width, height);
        script("window.scrollTo(0, 0); document.getElementById('said').textContent = ''");
        try {
            Files.write(Path.of(IMAGES, name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
