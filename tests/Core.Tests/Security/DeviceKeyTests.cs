using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Security;

public sealed class DeviceKeyTests
{
    // Two points of P-256. The x of one ends in a byte of zeros and so does the y of the other: without it, either is short and yet the beginning of a point.
    private const string X1 = "cArGPT2z1h_Jw1bXm6gp_cmyNKawU3nix2oQPqb8iAA", Y1 = "OWcl8l2VdzTfXrBvckUn-E3ZLXBfXJlrrTbPjvcuajI";
    private const string X2 = "Z_VpCKHSGdjgKnGc0kc4bUszTjPq6QiAVCAmcc4bqQ4", Y2 = "PEErd0HUh9uU--6ds2nRHppwMG3Zwu9xgSNHXXN-iQA";

    [Theory]
    [InlineData(X1, Y1)]
    [InlineData(X2, Y2)]
    public void A_point_of_the_curve_is_a_device_key(string x, string y) => DeviceKey.TryParse("EC", "P-256", x, y, out _).ShouldBeTrue();

    [Theory]
    [InlineData(null, "P-256")]
    [InlineData("ec", "P-256")]
    [InlineData("OKP", "P-256")]
    [InlineData("EC", null)]
    [InlineData("EC", "P-384")]
    [InlineData("EC", "p-256")]
    public void The_same_point_is_none_under_another_type_or_another_curve(string? kty, string? crv) => DeviceKey.TryParse(kty, crv, X1, Y1, out _).ShouldBeFalse();

    [Theory]
    [InlineData("cArGPT2z1h_Jw1bXm6gp_cmyNKawU3nix2oQPqb8iA", Y1)]
    [InlineData(X1 + "A", Y1)]
    [InlineData(null, Y1)]
    [InlineData("", Y1)]
    [InlineData(X2, "PEErd0HUh9uU--6ds2nRHppwMG3Zwu9xgSNHXXN-iQ")]
    [InlineData(X2, Y2 + "A")]
    [InlineData(X2, null)]
    [InlineData(X2, "PEErd0HUh9uU++6ds2nRHppwMG3Zwu9xgSNHXXN+iQA")] // base64, but not of URLs
    public void Nor_with_a_coordinate_of_another_length_or_writing(string? x, string? y) => DeviceKey.TryParse("EC", "P-256", x, y, out _).ShouldBeFalse();

    [Theory]
    [InlineData(X1, X1)]
    [InlineData(X1, Y2)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Nor_is_a_point_off_the_curve(string x, string y) => DeviceKey.TryParse("EC", "P-256", x, y, out _).ShouldBeFalse();
}
