using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace KenshinOtp.Configuration;

/// <summary>Reads settings and gathers their faults. Keys are told as the environment spells them (<c>Mail__Smtp__Host</c>).</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    // A setting is whatever is asked for, so nobody keeps a list of them.
    private HashSet<string> Asked { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A reader for settings that are not in use: what it asks for is known, what it finds wrong is nobody's matter.</summary>
    public SettingsReader Aside() => new(configuration) { Asked = Asked };

    public void Fault(string key, string words) => _faults.Add($"{Spell(key)} {words}");

    /// <exception cref="SettingsException">There are faults. Unknown keys are told with them, for they may be the cause.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
            throw new SettingsException([.. _faults, .. Unknown()]);
    }

    /// <summary>Of each key that is none of those asked for, but looks as if it were to be one, what an operator is told. To be called last.</summary>
    public IReadOnlyList<string> Unknown() =>
    [
        .. UnknownKeys.Find(configuration, Asked)
            .Select(key => $"{Spell(key.Key)} is no setting{(key.Nearest is { } nearest ? $"; did you mean {Spell(nearest)}?" : "")}"),
    ];

    /// <summary>Whether anything is said of a section.</summary>
    public bool Has(string section) => configuration.GetSection(section).GetChildren().Any();

    public string? Optional(string key)
    {
        Asked.Add(key);
        return configuration[key] is { Length: > 0 } value ? value : null;
    }

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
        if (value is not null && Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.Query.Length + url.Fragment.Length + url.UserInfo.Length == 0 && value.All(c => c is > ' ' and <= '~'))
            return value.TrimEnd('/');
        const string example = "https://otp.example.jp", allowed = $"allowed: an http or https address such as {example}";
        if (value is null)
            Fault(key, $"is missing; for example {example}");
        else if (value.Contains('@', StringComparison.Ordinal))
            Fault(key, $"names a user; {allowed}"); // and perhaps its password, which a fault does not repeat
        else
            Fault(key, $"is '{value}'; {allowed}");
        return "";
    }

    /// <summary>Where a server listens, with semicolons between.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">What operators know it by.</param>
    public void Addresses(string key, string name)
    {
        foreach (var address in Optional(key)?.Split(';', StringSplitOptions.RemoveEmptyEntries).Where(address => !IsAddress(address)) ?? [])
        {
            Fault(
                name,
                $"has '{address}'; allowed: http://address:port such as http://127.0.0.1:8080 "
                + "(an address in figures, localhost, or * for all), several with ; between");
        }
    }

    /// <summary>A switch of the framework's, which takes whatever is not true for false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">What operators know it by.</param>
    public void Switch(string key, string name)
    {
        if (Optional(key) is { } value && !bool.TryParse(value, out _))
            Fault(name, $"is '{value}'; allowed: true, false");
    }

    /// <summary>Pairs <c>key=value</c> with commas between. They may be secret: a fault does not repeat them.</summary>
    public void Pairs(string key)
    {
        if (Optional(key)?.Split(',').Any(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1) == true)
            Fault(key, "cannot be read; allowed: key=value, several with , between");
    }

    private static string Spell(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static bool IsAddress(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text); // of a name the server would make every address of the host
            return address is { Scheme: "http" or "https", PathBase.Length: 0, Port: >= 0 and <= 65535 }
                && (address.IsUnixPipe || address.Host is "localhost" or "*" or "+" || IPAddress.TryParse(address.Host, out _));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
