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
    /// <exception cref="IOException">The file is not what was written.</exception>
    public ChainEnd? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<ChainEnd>(File.ReadAllText(_path), Form);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new IOException($"{_path} is not what was written there.", e);
        }
    }

    /// <summary>Replaces the file as a whole: a power cut leaves the earlier one or the new one.</summary>
    public void Write(ChainEnd newest)
    {
        var draft = _path + "." + Path.GetRandomFileName();
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, newest, Form);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, _path, overwrite: true);
    }
}
