namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A field for a serial number.</summary>
/// <param name="Label">The text of its label.</param>
/// <param name="Example">A serial number as this institution's look.</param>
/// <param name="Typed">What was typed.</param>
/// <param name="Fault">What is to be mended, or null.</param>
internal sealed record SerialField(string Label, string Example, string Typed, string? Fault)
{
    public const string Name = "Serial";
}
