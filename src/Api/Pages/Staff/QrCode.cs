using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>QR codes (ISO/IEC 18004) as inline drawings: no image to fetch, nothing that the Content-Security-Policy forbids.</summary>
internal static class QrCode
{
    /// <param name="text">What the code says.</param>
    /// <param name="name">What it is, for whoever cannot see it.</param>
    public static IHtmlContent Draw(string text, string name)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x])
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return new HtmlContentBuilder().AppendHtml($"""<svg viewBox="0 0 {rows.Count} {rows.Count}" role="img" shape-rendering="crispEdges" aria-label=" """.TrimEnd())
            .Append(name).AppendHtml($"""
            "><path fill="#000" d="{path}"/></svg>
            """);
    }
}
