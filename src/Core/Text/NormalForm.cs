using System.Text;

namespace KenshinOtp.Text;

/// <summary>
/// Texts in one of the normal forms of Unicode (Standard Annex 15), to be compared or searched. <c>string.Normalize</c> throws where
/// somebody typed or sent half a character (a surrogate alone) or U+FFFE: here each of them becomes U+FFFD.
/// </summary>
public static class NormalForm
{
#pragma warning disable RS0030 // the one place for it: what is banned is that it throws
    public static string Of(string text, NormalizationForm form) => Characters(text).Normalize(form);
#pragma warning restore RS0030

    private static string Characters(string text) => string.Concat(text.Replace('\uFFFE', '\uFFFD').EnumerateRunes());
}
