using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>What an administrator may do to another user's token.</summary>
/// <param name="Id">As in addresses.</param>
/// <param name="Title">The verb on the button.</param>
/// <param name="Done">What the result page says.</param>
/// <param name="Consequence">What stops or starts to work, and the way back.</param>
/// <param name="States">The states that permit it.</param>
/// <param name="IsFinal">Whether there is no way back.</param>
public sealed record TokenAction(string Id, string Title, string Done, string Consequence, string[] States, bool IsFinal = false)
{
    public static IReadOnlyList<TokenAction> All { get; } =
    [
        new("suspend", "事故設定", "事故設定を受け付けました",
            "このトークンのパスワードでは、お取引ができなくなります。見つかったときは、管理者が解除できます。", ["issued", "activated", "inUse", "locked", "expired"]),
        new("resume", "事故解除", "事故解除を受け付けました", "このトークンのパスワードで、またお取引ができるようになります。", ["suspended"]),
        new("unlock", "ロック解除", "ロック解除を受け付けました", "間違えた回数を0に戻し、またお取引ができるようになります。", ["locked"]),
        new("revoke", "失効", "失効を受け付けました",
            "このトークンは二度と使えません。もう一度利用するには、新しいトークンの発行または利用登録からやり直します。", ["issued", "activated", "inUse", "suspended", "locked", "expired"], IsFinal: true),
    ];

    public static TokenAction? Find(string id) => All.FirstOrDefault(action => action.Id == id);

    public static IEnumerable<TokenAction> PossibleFor(Token? token) =>
        token is null ? [] : All.Where(action => action.States.Contains(token.Status, StringComparer.Ordinal));
}
