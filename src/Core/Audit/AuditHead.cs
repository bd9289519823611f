using System.Text.Json;

namespace KenshinOtp.Audit;

/// <summary>
/// The newest seal, remembered outside the database, in <c>audit-head</c> beside the master keys: a database whose end was cut off together with its newest
/// seals is behind what stands here.
/// </summary>
public sealed class AuditHead(string directory)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private readonly string _path = Path.Combine(directory, "audit-head");

    /// <returns>Null where nothing was remembered yet.</returns>
    /// <exception cref="AuditHeadException">The file is not what was written.</exception>
    public ChainEnd? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<ChainEnd>(File.ReadAllText(_path), Form) is { Position: > 0, Mac: not null } newest ? newest : throw new AuditHeadException(_path, inner: null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new AuditHeadException(_path, e);
        }
    }

    /// <summary>Replaces the file as a whole: a power cut leaves the earlier one or the new one.</summary>
    /// <param name="newest">What is remembered from now on.</param>
    /// <param name="before">What must be done first. It is begun when the new file is on the disk and only its name is missing; where it fails, the earlier file stays.</param>
    /// <exception cref="IOException">The file cannot be written there; nothing was begun.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public async Task Write(ChainEnd newest, Func<Task> before)
    {
        var draft = _path + "." + Path.GetRandomFileName();
        try
        {
            WriteDraft(draft, newest);
            await before();
            File.Move(draft, _path, overwrite: true);
        }
        finally
        {
            File.Delete(draft); // there is none where it has got its name, or could not be made
        }
    }

    private static void WriteDraft(string draft, ChainEnd newest)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(draft, options);
        JsonSerializer.Serialize(stream, newest, Form);
        stream.Flush(flushToDisk: true);
    }
}

/// <summary>The file of the newest seal is damaged; the message says what to do.</summary>
public sealed class AuditHeadException(string path, Exception? inner)
    : IOException(
        $"{Path.GetFullPath(path)} is damaged: which seal of the audit trail was the newest cannot be told. Move it away, and put back the copy from the backup of the keys if there is one, an older one too. "
        + "Then run: kenshin-otp audit verify. Without a copy that proves all but the end of the trail; write that down. The job seal writes the file anew, and notes it in the trail.",
        inner);
