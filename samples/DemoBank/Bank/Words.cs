using System.Globalization;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>What the centre's codes are called on the bank's screens.</summary>
public static class Words
{
    public static string Yen(long amount) => amount.ToString("#,0", CultureInfo.InvariantCulture) + "円";

    public static string Status(Token? token) => token?.Status switch
    {
        null => "未発行",
        "issued" => "初期設定待ち",
        "activated" => "認証確認待ち",
        "inUse" => "利用中",
        "suspended" => "事故設定中",
        "locked" => "ロック中",
        "expired" => "有効期限切れ",
        "revoked" => "失効",
        var other => other,
    };

    /// <summary>The state's colour and shape: <c>good</c>, <c>wait</c>, <c>stop</c> or <c>none</c>.</summary>
    public static string Tone(Token? token) => token?.Status switch
    {
        "inUse" => "good",
        "issued" or "activated" => "wait",
        "suspended" or "locked" or "expired" => "stop",
        _ => "none",
    };

    /// <summary>Why a password was not accepted and what to do about it.</summary>
    public static Explanation Rejection(string? reason, int? remainingAttempts) => reason switch
    {
        "otp_mismatch" when remainingAttempts is 0 => Rejection("token_locked", remainingAttempts),
        "otp_mismatch" => new("ワンタイムパスワードがちがいます", "トークンアプリに今表示されているパスワードを入力してください。") { Remaining = remainingAttempts },
        "otp_replayed" => new("このパスワードは一度使われています", "パスワードは1回しか使えません。次のパスワードが表示されるまでお待ちください（最大60秒）。"),
        "token_locked" => new("トークンがロックされています", "続けてまちがえたため、トークンを止めました。管理者の方（ご本人を除く）が「管理」メニューの利用者一覧でロックを解除できます。管理者がほかにいないときは、お取引店へご連絡ください。"),
        "token_suspended" => new("トークンは事故設定中です", "紛失・盗難などのため止められています。管理者の方（ご本人を除く）が「管理」メニューで解除できます。管理者がほかにいないときは、お取引店へご連絡ください。"),
        "token_expired" => new("トークンの有効期限が切れています", "トークンアプリの『有効期限更新』を行ってから、もう一度お試しください。"),
        "token_revoked" => new("トークンは失効しています", "お取引のホームから、もう一度トークンを発行してください。"),
        "no_token" => new("トークンがまだありません", "お取引のホームから『トークン発行』を行ってください。"),
        "token_not_active" => new("トークンの利用開始が済んでいません", "メールのURLからの初期設定と『認証確認』を済ませてから、もう一度お試しください。"),
        "otp_not_required" => new("このお取引にワンタイムパスワードは不要です", "不要なお取引で入力を求める画面は、偽サイトの可能性があります。お取引店へご連絡ください。"),
        _ => new("認証できませんでした", "お取引店へご連絡ください。"),
    };

    /// <summary>Why the centre did not do what was asked for.</summary>
    public static Explanation Refused(Refusal refusal) => refusal.Code switch
    {
        "invalid_otp" => Rejection(refusal.Reason, refusal.RemainingAttempts),
        "invalid_request" => new("入力内容をお確かめください", "ワンタイムパスワードは、6桁の数字で入力してください。"),
        "idempotency_key_reused" => new("画面の内容が古くなっています", "この画面から、もう一度入力してください。"),
        "invalid_transition" => new("この操作は、今のトークンの状態ではできません", "利用者一覧で最新の状態をご確認ください。"),
        "token_not_found" => new("トークンがありません", "利用者一覧で最新の状態をご確認ください。"),
        "not_administrator" => new("この操作は、ほかの管理者の方が行ってください", "ご本人の解除はできません。ほかに管理者がいないときは、お取引店へご連絡ください。"),
        "contract_not_found" or "user_not_found" => new("ワンタイムパスワードのご契約がありません", "ご契約が解約されている可能性があります。お取引店へご連絡ください。"),
        _ when refusal.MayPass => new("ただいま認証センタに接続できません", "しばらくたってから、もう一度お試しください。"),
        _ => new("お取り扱いできませんでした", $"お取引店へご連絡ください（{refusal.Code}）。"),
    };
}

/// <summary>What happened, and the way out.</summary>
public sealed record Explanation(string Title, string Advice)
{
    /// <summary>Tries that are left before the token locks, where that matters.</summary>
    public int? Remaining { get; init; }
}
