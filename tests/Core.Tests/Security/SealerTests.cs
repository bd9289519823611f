using System.Security.Cryptography;
using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Security;

public sealed class SealerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void What_was_sealed_opens_in_its_own_place_only()
    {
        var sealer = new Sealer(new FileKeyRing(_directory));
        byte[] secret = [1, 2, 3, 4];

        var box = sealer.Seal(secret, "token/1/secret");

        sealer.Open(box, "token/1/secret").ShouldBe(secret);
        Should.Throw<CryptographicException>(() => sealer.Open(box, "token/2/secret"));
    }

    [Fact]
    public void A_changed_box_does_not_open()
    {
        var sealer = new Sealer(new FileKeyRing(_directory));
        var box = sealer.Seal([1, 2, 3, 4], "here");
        var last = box[^3] == 'A' ? 'B' : 'A';

        Should.Throw<CryptographicException>(() => sealer.Open(box[..^3] + last + box[^2..], "here"));
        Should.Throw<CryptographicException>(() => sealer.Open("v2" + box[2..], "here"));
        foreach (var damaged in new[] { box + "*", box[..^1], box[..10], "v1.0001.", "v1.0001.ü", "" })
            Should.Throw<CryptographicException>(() => sealer.Open(damaged, "here"), damaged);
        Should.Throw<KeyMissingException>(() => sealer.Open(box.Replace(".0001.", ".0002."), "here"));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same()
    {
        var sealer = new Sealer(new FileKeyRing(_directory));

        sealer.Seal([7], "here").ShouldNotBe(sealer.Seal([7], "here"));
    }

    [Fact]
    public void Keys_stay_the_same_from_start_to_start_and_only_their_owner_reads_them()
    {
        var box = new Sealer(new FileKeyRing(_directory)).Seal([9], "here");

        new Sealer(new FileKeyRing(_directory)).Open(box, "here").ShouldBe([9]);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_directory, "master-0001.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Processes_that_start_at_once_agree_on_one_key()
    {
        var rings = new FileKeyRing[16];
        Parallel.For(0, rings.Length, i => (rings[i] = new FileKeyRing(_directory)).CurrentId.ShouldBe("0001"));

        rings.Select(ring => Convert.ToHexString(ring.Derive("0001", "test"))).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        Directory.GetFiles(_directory).Length.ShouldBe(1);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
