using KenshinOtp.Security;
using KenshinOtp.Support;

namespace KenshinOtp.Core.Tests.Security;

public sealed class SlowHashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void A_hash_names_the_key_that_it_was_made_with_though_another_seals_by_the_time_it_is_done()
    {
        var keys = new FileKeyRing(_directory);
        var next = keys.Add(keys.CurrentId);
        var hashes = new SlowHash(new InterruptedKeyRing(keys, () =>
        {
            keys.Use(next);
            return Task.CompletedTask;
        }));

        var hash = hashes.Hash("test", "1234"u8);

        hash.ShouldStartWith("p1.0001.");
        hashes.Matches("test", "1234"u8, hash).ShouldBeTrue();
        hashes.Hash("test", "1234"u8).ShouldStartWith("p1.0002.");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
