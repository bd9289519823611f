using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That processes under test can be watched, ended politely and ended as by a power cut.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_line_of_either_stream_can_be_waited_for()
    {
        await using var process = ChildProcess.Start("bash", ["-c", "echo one; echo \"$WORD\" >&2; exit 3"], With("WORD", "two"));

        (await process.WaitForLine(line => line == "two", Soon)).ShouldBe("two");
        (await process.WaitForExit(Soon)).ShouldBe(3);
        process.Lines.ShouldBe(["one", "two"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_process_that_ends_without_the_line_fails_the_wait_at_once_with_what_it_said()
    {
        await using var process = ChildProcess.Start("bash", ["-c", "echo sorry; exit 1"]);

        var failure = await Should.ThrowAsync<TimeoutException>(() => process.WaitForLine(line => line == "ready", TimeSpan.FromMinutes(5)));

        failure.Message.ShouldContain("sorry");
        failure.Message.ShouldContain("ended with code 1");
    }

    [Fact]
    public async Task A_polite_end_lets_the_process_say_goodbye_and_a_kill_does_not()
    {
        const string Script = "trap 'echo goodbye; exit 0' TERM; echo ready; while true; do sleep 0.05; done";
        await using var asked = ChildProcess.Start("bash", ["-c", Script]);
        await using var killed = ChildProcess.Start("bash", ["-c", Script]);
        await asked.WaitForLine(line => line == "ready", Soon);
        await killed.WaitForLine(line => line == "ready", Soon);

        (await asked.Terminate(Soon)).ShouldBe(0);
        await killed.Kill();

        asked.Lines.ShouldContain(line => line == "goodbye");
        killed.Lines.ShouldNotContain(line => line == "goodbye");
        (await killed.WaitForExit(Soon)).ShouldBe(128 + 9);
    }

    [Fact]
    public void Free_ports_are_given_once_each() =>
        Enumerable.Range(0, 50).Select(_ => FreePort.Next()).ShouldBeUnique();

    private static Dictionary<string, string?> With(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
