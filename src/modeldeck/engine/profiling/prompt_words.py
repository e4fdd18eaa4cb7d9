"""Words that tell what a prompt wants, in a dozen languages; data for `engine.analysis`.

One line per language, entries parted by commas. An entry is a whole word or several; a `*` at its end makes it a stem
(`zusammenfass*` finds `Zusammenfassung`). Scripts that do not part words are found anywhere in the text.
"""

from collections.abc import Mapping

from modeldeck.domain.profile import Specialization

WORDS: Mapping[Specialization, str] = {
    Specialization.CODING: """
        python, javascript, typescript, java, golang, rust, sql, html, css, bash, regex, regexp
        php, kotlin, swift, ruby
        function, code, coding, script, program*, algorithm*, debug*, compil*, refactor*
        stack trace, traceback, exception
        api, endpoint, unit test*, docker*, kubernetes, git, recursi*, linked list, binary tree
        dataframe, pandas, react
        funktion, quellcode, programm*, regulärer ausdruck, fonction, programme, función
        código, funzione, codice, função
        функци*, код, скрипт, программ*, funkcj*, kod, betik, fonksiyon
        函数, 代码, 编程, 程序, 脚本, 関数, コード, プログラム, 함수, 코드, 프로그램, دالة, برنامج, फ़ंक्शन, कोड
    """,
    Specialization.MATH: """
        solve, calculate, calculat*, compute the, equation*, integral*, derivative*
        probabilit*, percent*, how many, how much
        find the value, find the sum, find the area, find the number, find the least, find the largest
        prove, theorem*
        matrix, triangle*, polynomial*, remainder, divisible, perimeter, square root
        berechne*, rechne*, gleichung*, wie viele, wie viel, beweise*, wahrscheinlichkeit*
        calcule*, équation*, combien
        démontre*, calcula*, ecuaci*, cuánto*, cuánta*, demuestra*, risolvi*, equazion*, quanti
        quante, quantos, quantas
        bereken*, hoeveel, сколько, вычисли*, реши*, уравнени*, докажи*, oblicz*, ile, hesapla*, kaç
        计算, 求解, 方程, 证明, 多少, 計算, 方程式, 証明, いくつ, 계산, 방정식, 몇, احسب, معادلة, हल करें, कितने
    """,
    Specialization.REASONING: """
        puzzle*, riddle*, logic*, deduc*, who is lying, knights and knaves
        step by step, must be true, which conclusion
        premise*, syllogis*, trade-off*, pros and cons, decide which, decide whether
        analogy, weigh the, contradict*
        rätsel*, logisch*, schlussfolger*, schritt für schritt, énigme*, logique*, raisonne*
        acertijo*, lógic*, razon*
        indovinell*, logica, ragion*, raadsel*, загадк*, логик*, рассужд*, zagadk*, logiczn*, bilmece, mantık*
        推理, 谜题, 逻辑, 論理, なぞなぞ, パズル, 추론, 수수께끼, لغز, منطق, पहेली, तर्क
    """,
    Specialization.CREATIVE: """
        story, stories, poem*, poetry, haiku*, sonnet*, limerick*, lyrics, song
        novel, fiction*, screenplay, fairy tale
        slogan*, tagline*, advert*, blog post, cover letter, speech, essay*, short film, monologue
        gedicht*, geschichte*, erzähl*, märchen, rede, werbetext*, poème*, conte, histoire, chanson, cuento*, poema*
        historia, canción, racconto, poesia, storia, canzone, conto, verhaal, стих*
        рассказ*, сказк*, песн*, wiersz*
        opowiadani*, şiir, hikaye
        写一首, 写一篇, 诗, 故事, 小说, 物語, 小説, 俳句, 소설, 이야기, 시를, قصة, قصيدة, कहानी, कविता
    """,
    Specialization.ROLEPLAY: """
        pretend, roleplay*, role-play*, act as, act like, stay in character, in character
        you are a, you are an, you are the
        you are now, you're a, you're an, play the role, play the part, let's play, rollenspiel*, spiel die rolle
        du bist ein, du bist eine, du bist der, du bist die, tu es un, tu es une, joue le rôle
        eres un, eres una, actúa como
        haz de, sei un, sei una, fai finta, aja como, você é um, você é uma
        jij bent een, doe alsof, представь, что ты
        ты теперь, сыграй роль, jesteś, udawaj, sen bir
        扮演, 你是一, なりきって, あなたは, 역할, 당신은, تصرف ك, अभिनय
    """,
    Specialization.QA: """
        who is, who was, who wrote, who did, what is, what are, what was, what were, what does
        when is, when was, when did
        where is, where was, where are, which country, which city, which of the following, why is
        why are, why do, why does
        how do, how does, how did, how can, how to, explain*, according to
        based on the, answer the question, true or false
        wer ist, wer war, wer hat, was ist, was sind, was bedeutet, wann, wo ist, wo liegt, warum, wieso, erklär*
        qui est, qui a, qu'est-ce, quand, où est, où se, pourquoi, expliqu*, quién, qué es
        qué son, cuándo, dónde, por qué
        chi è, chi ha, cos'è, cosa è, quando, dove, perché, spiega*, quem, o que é, onde, wie is, wat is, waarom
        кто, что такое, когда, где, почему, объясни*, kto, co to, dlaczego, kiedy, nedir, neden, kim
        什么, 谁, 为什么, 哪, なぜ, とは, 誰, どこ, 무엇, 누가, 왜, ما هو, من هو, لماذا, क्या है, कौन, क्यों
    """,
    Specialization.SUMMARIZATION: """
        summari*, summary, tl;dr, tldr, key points, key takeaways
        in one sentence, in two sentences, in three sentences
        in a few sentences, shorten*, condense*, recap, main ideas, gist, zusammenfass*, fasse, kernaussagen, résum*
        synthétis*, resum*, riassum*, sintetizza*, samenvat*, кратко, резюм*, обобщи*, перескажи*
        stre*, podsumuj*, özetle*
        总结, 摘要, 概括, 要約, まとめて, 요약, لخص, सारांश
    """,
    Specialization.EXTRACTION: """
        extract*, pull out, list all, find all, identify all, named entit*, entities
        key-value, parse the, parse this
        as json, into json, extrahier*, finde alle, liste alle, extrai*, relève*, extrae*, extraer, estra*, haal uit
        извлек*, выпиши*, найди все, wyodrębni*, wypisz*, çıkar
        提取, 抽取, 抽出, 列出所有, 추출, استخرج, निकालें
    """,
    Specialization.CLASSIFICATION: """
        classif*, categoriz*, categoris*, category, categories, label, labels
        sentiment*, spam, positive or negative
        positive, negative or neutral, topic of, is this review, is this text, is this email
        is this comment, intent of
        toxic*, klassifizier*, ordne, kategorie*, stimmung, catégori*, clasific*, classific*, classeer*, классифиц*
        определи тон*, категори*, sklasyfikuj*, sınıflandır*
        分类, 情感, 类别, 分類, 感情, 분류, صنف, वर्गीकृत
    """,
    Specialization.TRANSLATION: """
        translat*, in english, into english, to english, in german, into german, to german
        in french, into french, to french
        in spanish, into spanish, to spanish, into italian, into portuguese, into dutch, into russian, into polish
        into chinese, into japanese, into korean, into arabic, into hindi, into turkish, to chinese, to japanese
        übersetz*, ins deutsche, ins englische, ins französische, auf deutsch, auf englisch, tradui*, en anglais
        en français, en allemand, traduc*, traduz*, tradur*, al inglés, al español
        en inglés, vertaal*, naar het engels
        перевед*, перевести, перевод*, на английский, на русский, przetłumacz*, çevir*, ingilizceye
        翻译, 译成, 翻訳, 訳して, 英語に, 번역, ترجم, अनुवाद
    """,
    Specialization.REWRITING: """
        rewrit*, rephras*, paraphras*, reword*, proofread*, correct the, correct this
        correct my, grammar, polish this
        polish my, improve this, improve the, improve my, more formal, more polite, more concise, more professional
        simplif*, change the tone, umformulier*, formuliere*, korrigier*, verbesser*, reformul*
        réécri*, corrige*, reescrib*
        mejora*, riscriv*, corregg*, reescrev*, herschrijf*, verbeter*, перепиши*
        исправь*, перефраз*, przepisz*, popraw*
        düzelt*, yeniden yaz*
        改写, 润色, 修改, 書き直, 言い換え, 校正, 고쳐, أعد صياغة, सुधारें
    """,
    Specialization.BRAINSTORMING: """
        brainstorm*, idea, ideas, suggest*, come up with, give me some, give me a few
        give me five, give me ten, names for
        name for, ways to, what could i, what should i, what could we, options for, ideen, vorschl*, idées, propos*
        sugerencias, sugier*, idee, suggeri*, ideias, sugest*, ideeën, идеи, идей
        предлож*, придумай*, pomysł*, zapropon*
        fikir*, öner*
        点子, 想法, 建议, 头脑风暴, アイデア, 提案, 아이디어, أفكار, सुझाव
    """,
    Specialization.CHAT: """
        hi, hello, hey, good morning, good evening, good night, thanks, thank you, how are you, what's up, bye, lol
        hallo, guten, danke, wie geht, bonjour, salut, merci, ça va, hola, gracias
        qué tal, ciao, grazie, come stai, olá
        obrigad*, hoi, bedankt, привет, спасибо, как дела, cześć, dzięki, merhaba, teşekkür*
        你好, 谢谢, 您好, こんにちは, ありがとう, 안녕, 감사, مرحبا, شكرا, नमस्ते, धन्यवाद
    """,
}

DEMANDS = """
    must, should, exactly, at least, at most, without, except, unless, ensure*
    include*, avoid*, constraint*, require*
    only if, muss, müssen, genau, ohne, mindestens, höchstens, doit, exactement, sans
    au moins, debe, exactamente, sin
    al menos, deve, esattamente, senza, almeno, должен, должна, ровно, без, не менее, musi, dokładnie, bez
    必须, 不要, 至少, しなければ, 必ず, 반드시, يجب
"""
"""Words of conditions that an answer must meet; each makes the prompt a little harder."""

HARD = """
    prove, proof*, theorem*, derive*, rigorous*, asymptotic*, np-hard, time complexity, distributed, concurren*
    race condition*, deadlock*, thread-safe, architecture*, migrat*, optimiz*, optimis*
    scalab*, cryptograph*, differential*
    eigen*, topolog*, quantum, pharmac*, diagnos*, statut*, jurisdiction*
    liabilit*, contract law, regulation*, valuation*
    hedg*, bayesian, stochastic*, econometric*, kernel, compiler*
    beweis*, herleit*, verteilte*, nebenläufig*, haftung*, démontr*, théorème*
    demuestr*, teorema*, dimostr*, доказ*
    теорем*, архитектур*, udowodnij*
    证明, 定理, 架构, 优化, 証明, 最適化, 증명, 최적화, أثبت
"""
"""Words of fields in which weak models fail; each different one makes the prompt clearly harder."""

GREETINGS = """
    hi, hello, hey, yo, good morning, good evening, good night, good afternoon, thanks, thank you
    thx, ok, okay, bye, hallo
    guten morgen, guten tag, guten abend, danke, bonjour, salut, merci, hola, gracias, ciao
    grazie, olá, ola, obrigado
    obrigada, hoi, bedankt, привет, спасибо, cześć, dzięki, merhaba, teşekkürler
    你好, 您好, 谢谢, こんにちは, ありがとう, 안녕, 감사, مرحبا, شكرا, नमस्ते, धन्यवाद
"""
"""What a greeting or thanks begins with."""

STOP_WORDS: Mapping[str, str] = {
    "en": "the and of to is that for with you what this are how write",
    "de": "der die das und ist nicht ein eine mit für ich wie den auf zu",
    "fr": "le la les et est un une des pour dans que qui vous je ce",
    "es": "el la los y es un una para que con por las cómo del qué",
    "it": "il lo gli e è un una per che con di non della sono come",
    "pt": "o os e é um uma para que com não do da em como você",
    "nl": "de het een en is van voor met niet ik hoe wat op dat je",
    "pl": "i w na nie jest się do to że co jak dla czy z oraz",
    "tr": "ve bir bu için ne ile mi nasıl çok da olarak var şu",
    "sv": "och är det en ett som att på med för inte hur jag vad",
}
"""The commonest words of languages in Latin script."""

TASK_HINTS: Mapping[str, Specialization] = {
    "narrative": Specialization.CREATIVE,
    "therapeutic_narrative": Specialization.CREATIVE,
    "diarization": Specialization.EXTRACTION,
    "preference_extraction": Specialization.EXTRACTION,
    "recommendations": Specialization.BRAINSTORMING,
    "mood_search": Specialization.CLASSIFICATION,
}
"""What tasks without a specialization of the same name ask for."""
