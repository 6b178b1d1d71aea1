package answer

import "regexp"

// What kind of answer a question wants decides how far an answer goes on.

// wantsList recognizes a question that asks for several things.
var wantsList = regexp.MustCompile(`(?i)\b(list|name|enumerate|everything|all the|each of|what (are|were|(should|would|will|could|might|must) be) the|which \w*[^\Ws]s|(what|which)( are| were)?( the)? (two|three|four|five|six|seven|eight|nine|ten|several|main|key))\b`)

// accountVerbs are the verbs with which questions ask what somebody said, as far as they are no
// nouns too.
const accountVerbs = `say|says|said|tell|told|think|thought|(?:note|argue|conclude|propose|describe)[sd]?|stated|` +
	`(?:explain|present|suggest|recommend|mention|remark|warn|claim|inform)(?:s|ed)?|stress(?:es|ed)?|announce[sd]?|adds|added|` +
	`reports|reported|point(?:s|ed)? out`

// wantsAccount recognizes a question that asks what somebody said: the sentence
// that names the speaker is near to it, and what follows is the answer.
var wantsAccount = regexp.MustCompile(`(?i)\b(` + accountVerbs + `|report (on|about|that)|(views?|position|remarks|speech|statement) (of|by))\b`)
