using KenshinOtp.Issuance;
using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Issuance;

public sealed class ActivationPinTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("1234", true)]
    [InlineData("12345678", true)]
    [InlineData("１２３４", true)]
    [InlineData("123", false)]
    [InlineData("123456789", false)]
    [InlineData("12 4", false)]
    [InlineData("abcd", false)]
    [InlineData("１２３４a", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_PIN_is_four_to_eight_digits_and_full_width_ones_are_folded(string? text, bool valid) =>
        ActivationPin.TryParse(text, out _).ShouldBe(valid);

    [Fact]
    public void A_PIN_matches_its_own_hash_and_no_other()
    {
        var hasher = new PinHasher(new SlowHash(new FileKeyRing(_directory)));
        ActivationPin.TryParse("１２３４", out var fullWidth);
        ActivationPin.TryParse("1234", out var halfWidth);
        ActivationPin.TryParse("1235", out var other);

        var hash = hasher.Hash(fullWidth);

        hasher.Matches(halfWidth, hash).ShouldBeTrue();
        hasher.Matches(other, hash).ShouldBeFalse();
        hasher.Matches(halfWidth, stored: null).ShouldBeFalse();
        hash.ShouldNotContain("1234");
        hasher.Hash(halfWidth).ShouldNotBe(hash);
    }

    [Fact]
    public void Without_the_master_key_a_hash_tells_nothing()
    {
        ActivationPin.TryParse("1234", out var pin);
        var hash = new PinHasher(new SlowHash(new FileKeyRing(_directory))).Hash(pin);

        var others = new FileKeyRing(Directory.CreateDirectory(Path.Combine(_directory, "other")).FullName);
        others.CurrentId.ShouldBe("0001");
        var stranger = new PinHasher(new SlowHash(others));

        stranger.Matches(pin, hash).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
