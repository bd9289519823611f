namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A field for a one-time password.</summary>
/// <param name="Why">What it is for, or what helps.</param>
/// <param name="Digits">How many digits it takes.</param>
/// <param name="Fault">What is to be mended, or null.</param>
internal sealed record OtpField(string Why, int Digits, string? Fault)
{
    public const string Name = "Otp";

    /// <summary>The field's name where a page has several.</summary>
    public string Field { get; init; } = Name;

    /// <summary>The text of its label.</summary>
    public string Label { get; init; } = "Confirm_Otp";
}
