using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KenshinOtp.Configuration;

/// <summary>Reads settings and gathers their faults. Keys are told as the environment spells them (<c>Mail__Smtp__Host</c>).</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    public void Fault(string key, string words) => _faults.Add($"{key.Replace(":", "__", StringComparison.Ordinal)} {words}");

    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
            throw new SettingsException(_faults);
    }

    public string? Optional(string key) => configuration[key] is { Length: > 0 } value ? value : null;

    public string Text(string key, string? missing, bool unused = false)
    {
        var value = Optional(key) ?? missing;
        if (configuration[key] is "")
            Fault(key, "is empty");
        else if (value is null && !unused)
            Fault(key, "is missing");
        return value ?? "";
    }

    public string Choice(string key, string? missing, params string[] allowed)
    {
        var value = Optional(key) ?? missing;
        if (value is not null && allowed.Contains(value, StringComparer.Ordinal))
            return value;
        Fault(key, value is null ? $"is missing; allowed: {string.Join(", ", allowed)}" : $"is '{value}'; allowed: {string.Join(", ", allowed)}");
        return "";
    }

    public int Number(string key, int missing, int min, int max)
    {
        if (Optional(key) is not { } text)
            return missing;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        Fault(key, $"is '{text}'; allowed: {min} to {max}");
        return missing;
    }

    public bool Flag(string key, bool missing)
    {
        switch (Optional(key)?.ToUpperInvariant())
        {
            case null:
                return missing;
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            default:
                Fault(key, $"is '{Optional(key)}'; allowed: true, false");
                return missing;
        }
    }

    public string HttpUrl(string key, string? missing)
    {
        var value = Optional(key) ?? missing;
        if (value is not null && Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0)
            return value.TrimEnd('/');
        Fault(key, value is null ? "is missing; for example https://otp.example.jp" : $"is '{value}'; allowed: an http or https address such as https://otp.example.jp");
        return "";
    }
}
