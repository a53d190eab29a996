using System;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sonoran.Json;

/// <summary>Tells what a program's own type could not be read from.</summary>
internal static class Unconverted
{
    /// <summary>How System.Text.Json begins where a value is of another form than its type; it goes on with places in bytes.</summary>
    private const string OtherForm = "The JSON value could not be converted";

    private static readonly Regex Step = new(@"\G(?:\.(?<name>[^.\[\]']+)|\[(?<index>\d+)\]|\['(?<name>[^']*)'\])", RegexOptions.CultureInvariant);

    /// <param name="answer">What was read.</param>
    /// <param name="cause">What reading it said.</param>
    internal static string Words(JsonElement answer, JsonException cause) =>
        cause.Message.StartsWith(OtherForm, StringComparison.Ordinal) && cause.Path is { } path && At(answer, path) is { } value ? $"it is {Unfit.Kind(value)}" : cause.Message;

    /// <summary>The value at a path such as <c>$.items[2].name</c>.</summary>
    private static JsonElement? At(JsonElement value, string path)
    {
        var at = 1;
        while (at < path.Length)
        {
            var step = Step.Match(path, at);
            var index = step.Groups["index"];
            var isThere = !step.Success ? false
                : !index.Success ? value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step.Groups["name"].Value, out value)
                : value.ValueKind == JsonValueKind.Array && Item(ref value, int.Parse(index.Value, CultureInfo.InvariantCulture));
            if (!isThere)
            {
                return null;
            }

            at += step.Length;
        }

        return value;
    }

    private static bool Item(ref JsonElement list, int index)
    {
        if (index >= list.GetArrayLength())
        {
            return false;
        }

        list = list[index];
        return true;
    }
}
