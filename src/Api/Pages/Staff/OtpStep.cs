namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The field for a one-time password of a member of staff.</summary>
internal sealed record OtpStep(string? Fault)
{
    public const string Field = "Otp";
}
