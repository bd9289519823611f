using System.Globalization;

namespace KenshinOtp.Api.Pages;

/// <summary>
/// The institution's colour as CSS variables: darkened for light screens and lightened for dark ones until text in it, on it and on its wash has the
/// contrast of WCAG 2.2 AA (4.5 : 1). A pure function of the colour, so that browsers may keep it.
/// </summary>
internal static class AccentSheet
{
    public const string Route = Folder + "{hex}.css";

    private const string Folder = "/portal/accent/";

    // On dark screens more than is asked for: a bright colour reads calmer there than one at the edge.
    private const double MinContrast = 4.5, MinContrastOnDark = 7, Step = 0.02;

    // Of shared/tokens.css: what the accent stands on, and the ink that stands on its wash.
    private static readonly Rgb White = Rgb.Parse("ffffff"), Black = Rgb.Parse("000000");
    private static readonly Rgb LightPaper = White, LightGround = Rgb.Parse("f3f5f7"), LightInk = Rgb.Parse("4d5967");
    private static readonly Rgb DarkPaper = Rgb.Parse("1b222a"), DarkGround = Rgb.Parse("12171d"), DarkInk = Rgb.Parse("b0bbc6");

    /// <summary>The address of the sheet for a colour such as <c>#00594f</c>.</summary>
    public static string Href(string color) => $"{Folder}{color.TrimStart('#').ToLowerInvariant()}.css";

    /// <returns>The sheet, or null: the text is not six hexadecimal digits.</returns>
    public static string? Of(string hex)
    {
        if (hex.Length != 6 || !hex.All(char.IsAsciiHexDigit))
            return null;
        var color = Rgb.Parse(hex);
        var light = Tune(color, toward: Black, wash: LightPaper, washShare: 0.1, LightInk, MinContrast, [LightPaper, LightGround]);
        var dark = Tune(color, toward: White, wash: DarkPaper, washShare: 0.18, DarkInk, MinContrastOnDark, [DarkPaper, DarkGround]);
        return $":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n";
    }

    private static string Tune(Rgb color, Rgb toward, Rgb wash, double washShare, Rgb ink, double contrast, Rgb[] grounds)
    {
        var tint = wash;
        for (var share = washShare; share > 0; share -= Step)
        {
            tint = wash.Mix(color, share);
            if (tint.Contrast(ink) >= MinContrast)
                break;
        }

        var accent = color;
        for (var share = 0.0; !grounds.Append(tint).All(ground => accent.Contrast(ground) >= contrast); share += Step)
            accent = color.Mix(toward, Math.Min(1, share));
        var onAccent = accent.Contrast(White) >= accent.Contrast(Black) ? White : Black;
        return $"--accent: {accent}; --accent-ink: {onAccent}; --accent-wash: {tint};";
    }

    private readonly record struct Rgb(double R, double G, double B)
    {
        /// <summary>Relative luminance (WCAG 2.2, "relative luminance").</summary>
        private double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

        public static Rgb Parse(string hex)
        {
            var number = int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new(number >> 16, (number >> 8) & 0xFF, number & 0xFF);
        }

        public Rgb Mix(Rgb other, double share) => new(
            Math.Round(R + ((other.R - R) * share)), Math.Round(G + ((other.G - G) * share)), Math.Round(B + ((other.B - B) * share)));

        public double Contrast(Rgb other)
        {
            var (a, b) = (Luminance, other.Luminance);
            return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        }

        public override string ToString() => $"#{(int)R:x2}{(int)G:x2}{(int)B:x2}";

        private static double Linear(double channel)
        {
            var c = channel / 255;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
    }
}
