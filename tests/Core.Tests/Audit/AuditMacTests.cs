using KenshinOtp.Audit;
using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Audit;

public sealed class AuditMacTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-mac-").FullName;
    private readonly AuditMac _macs;

    public AuditMacTests()
    {
        File.WriteAllText(Path.Combine(_directory, "master-0001.key"), Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        _macs = new AuditMac(new FileKeyRing(_directory));
    }

    /// <summary>Computed with another program: HKDF-SHA-256, then HMAC-SHA-256 over the fields with their lengths.</summary>
    [Fact]
    public void The_mac_can_be_computed_by_others() => _macs.Sign("entry", "鍵", null, "").ShouldBe("0001.xToZnsxwy6ZA-4a8QHPbsQZEbKgIL68Qu0YsLeLlBgs");

    [Fact]
    public void No_two_lists_of_fields_have_the_same_mac() => new[]
    {
        _macs.Sign("a", "bc"), _macs.Sign("ab", "c"), _macs.Sign("abc"), _macs.Sign("abc", ""), _macs.Sign("abc", null), _macs.Sign("", "abc"), _macs.Sign(),
    }.ShouldBeUnique();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("0001")]
    [InlineData("0002.AAAA")]
    [InlineData("鍵.鍵")]
    public void What_is_no_mac_does_not_fit(string text) => _macs.Fits(text, "a").ShouldBeFalse();

    [Fact]
    public void A_mac_fits_after_the_key_was_changed()
    {
        var mac = _macs.Sign("a");
        File.WriteAllText(Path.Combine(_directory, "master-0002.key"), Convert.ToBase64String(new byte[32]));
        var later = new AuditMac(new FileKeyRing(_directory));

        later.Fits(mac, "a").ShouldBeTrue();
        later.Fits(mac, "b").ShouldBeFalse();
        later.Sign("a").ShouldStartWith("0002.");
    }

    [Fact]
    public void Whether_a_mac_of_an_earlier_key_fits_cannot_be_told_without_that_key()
    {
        var mac = _macs.Sign("a");
        var elsewhere = Directory.CreateDirectory(Path.Combine(_directory, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "master-0002.key"), Convert.ToBase64String(new byte[32]));
        var macs = new AuditMac(new FileKeyRing(elsewhere));

        Should.Throw<KeyMissingException>(() => macs.Fits(mac, "a")).KeyId.ShouldBe("0001");
        macs.Fits(mac.Replace("0001.", "0003.", StringComparison.Ordinal), "a").ShouldBeFalse("no such key has ever sealed");
        macs.Fits(mac.Replace("0001.", "001.", StringComparison.Ordinal), "a").ShouldBeFalse("that is the name of no key");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
