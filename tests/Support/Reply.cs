using System.Net;
using System.Text.Json;

namespace KenshinOtp.Support;

/// <summary>An HTTP answer, read.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, HttpResponseMessage Message)
{
    public int Code => (int)Status;

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The <c>code</c> of a problem.</summary>
    public string? Problem => Message.Content.Headers.ContentType?.MediaType == "application/problem+json" ? this["code"] : null;

    /// <summary>A member by its path, as text; null if it is null or absent.</summary>
    public string? this[string path]
    {
        get
        {
            var element = Json;
            foreach (var name in path.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var member))
                    return null;
                element = member;
            }

            return element.ValueKind == JsonValueKind.Null ? null : element.ToString();
        }
    }

    public static async Task<Reply> Of(Task<HttpResponseMessage> sending)
    {
        var message = await sending;
        return new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }
}
