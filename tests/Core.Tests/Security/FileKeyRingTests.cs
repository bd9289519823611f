using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Security;

public sealed class FileKeyRingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-ring-").FullName;

    [Fact]
    public void A_key_that_arrives_later_opens_without_a_restart_and_seals_once_it_is_named()
    {
        var (here, there) = (new FileKeyRing(_directory), new FileKeyRing(_directory));
        var added = there.Add("0001");
        added.ShouldBe("0002");
        there.CurrentId.ShouldBe("0001");
        there.Use(added);

        var box = new Sealer(there).Seal([1, 2, 3], "here");

        box.ShouldStartWith("v1.0002.");
        new Sealer(here).Open(box, "here").ShouldBe([1, 2, 3]);
        here.CurrentId.ShouldBe("0001");
        here.Use("0002");
        new Sealer(here).Seal([1], "here").ShouldStartWith("v1.0002.");
    }

    [Fact]
    public void A_directory_that_is_only_looked_at_stays_empty_for_its_keys_may_be_elsewhere()
    {
        var ring = new FileKeyRing(_directory);

        Should.Throw<KeyMissingException>(() => ring.Use("0001")).Message.ShouldContain(_directory);

        ring.Ids.ShouldBeEmpty();
        Directory.EnumerateFiles(_directory).ShouldBeEmpty();
        new Sealer(ring).Seal([1], "here").ShouldStartWith("v1.0001.");
        Directory.EnumerateFiles(_directory).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_key_that_is_not_there_is_neither_used_nor_looked_for_elsewhere()
    {
        var ring = new FileKeyRing(_directory);
        ring.CurrentId.ShouldBe("0001");
        File.Copy(Path.Combine(_directory, "master-0001.key"), Path.Combine(_directory, "master-0001 (copy).key"));
        File.Copy(Path.Combine(_directory, "master-0001.key"), Path.Combine(_directory, "other.key"));

        foreach (var id in new[] { "0002", "", "*", "0001 (copy)", "../other", "x/../0001" })
        {
            Should.Throw<KeyMissingException>(() => ring.Use(id));
            Should.Throw<KeyMissingException>(() => ring.Derive(id, "seal"));
        }

        ring.CurrentId.ShouldBe("0001");
        new FileKeyRing(_directory).Ids.ShouldBe(["0001"]);
    }

    [Fact]
    public void A_key_that_another_call_has_made_after_the_newest_one_that_is_known_is_the_key()
    {
        var (here, there) = (new FileKeyRing(_directory), new FileKeyRing(_directory));
        here.CurrentId.ShouldBe("0001");

        (here.Add("0001"), there.Add("0001")).ShouldBe(("0002", "0002"));

        here.Ids.ShouldBe(["0001", "0002"]);
        there.Derive("0002", "seal").ShouldBe(here.Derive("0002", "seal"));
        Directory.GetFiles(_directory).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Of_processes_that_make_a_key_at_the_same_instant_all_have_the_one_that_stays()
    {
        const int processes = 8, keys = 200;
        var made = new string[processes, keys];
        using var start = new Barrier(processes);
        new FileKeyRing(_directory).CurrentId.ShouldBe("0001");

        await Task.WhenAll(Enumerable.Range(0, processes).Select(process => Task.Factory.StartNew(() =>
        {
            var (ring, newest) = (new FileKeyRing(_directory), "0001");
            for (var key = 0; key < keys; key++)
            {
                start.SignalAndWait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
                newest = ring.Add(newest);
                made[process, key] = Convert.ToHexString(ring.Derive(newest, "seal"));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var stays = new FileKeyRing(_directory);
        stays.Ids.Count.ShouldBe(1 + keys);
        for (var key = 0; key < keys; key++)
        {
            var expected = Convert.ToHexString(stays.Derive(stays.Ids[1 + key], "seal"));
            Enumerable.Range(0, processes).Select(process => made[process, key]).ShouldAllBe(one => one == expected, $"key {stays.Ids[1 + key]}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no base64!")]
    public void A_damaged_file_is_named(string content)
    {
        var running = new FileKeyRing(_directory);
        running.CurrentId.ShouldBe("0001");
        var path = Path.Combine(_directory, "master-0002.key");
        File.WriteAllText(path, content);

        Should.Throw<KeyUnreadableException>(() => new FileKeyRing(_directory)).Message.ShouldContain(path);
        Should.Throw<KeyUnreadableException>(() => running.Derive("0002", "seal")).Message.ShouldContain(path);
        running.Derive("0001", "seal").Length.ShouldBe(32);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
