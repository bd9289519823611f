using KenshinOtp.Otp;

namespace KenshinOtp.DemoBank.Drawer;

/// <summary>A device from the drawer: it shows a new password every half minute, as the real one on a key ring does.</summary>
public sealed record HardwareToken(string Serial, TokenSecret Secret)
{
    public const int Period = 30, Digits = 6;
    public const OtpAlgorithm Algorithm = OtpAlgorithm.Sha1;

    public string PasswordAt(DateTimeOffset now) => Totp.Compute(Secret.Reveal(), Algorithm, Digits, Totp.StepAt(now, Period));

    /// <summary>Seconds until the next password, 1 to <see cref="Period"/>.</summary>
    public static int SecondsLeft(DateTimeOffset now) => Period - (int)(now.ToUnixTimeSeconds() % Period);
}
